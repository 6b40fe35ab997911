//! stub
#![allow(missing_docs)]
pub mod base; pub mod diag; pub mod law; pub mod scenario; pub mod assess; pub mod read;
