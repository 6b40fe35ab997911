//! stub
fn main(){
 let t=std::time::Instant::now();
 let law=tariffcalc::read::law(&tariffcalc::read::Embedded);
 println!("{:?} {}", t.elapsed(), law.diagnostics.len());
 print!("{}", law.diagnostics.render(&law.sources));
}
