//! Manual pages: one of the program, one of each verb.

use super::args::Common;
use super::help;
use super::output::Output;
use super::output::whole::Whole;
use super::{Done, Stopped};
use clap::{Args as ClapArgs, Command};
use clap_mangen::Man as Page;
use std::io::{Result, Write};
use std::path::Path;
use tariffcalc::base::nearest;

#[derive(Debug, ClapArgs)]
#[command(after_help = include_str!("help/man.txt"))]
pub(crate) struct Man {
    /// The verb whose page is printed; that of the program where none is given. With `-o DIR` alone all pages are written into that folder
    #[arg(value_name = "VERB")]
    verb: Option<String>,
}

pub(crate) fn man(args: &Man, common: &Common, output: &Output) -> Done {
    let pages = pages();
    let cannot = |what: &Path, why: &std::io::Error| {
        output.complain(&format!("cannot write `{}`: {why}", what.display()));
        Stopped::Faulty
    };
    if let Some(folder) = common.output.as_ref().filter(|folder| args.verb.is_none() && folder.as_os_str() != "-") {
        for (name, command) in &pages {
            let path = folder.join(format!("{name}.1"));
            written(&path, command).map_err(|why| cannot(&path, &why))?;
        }
        return output.written(&format!("{} pages are written to {}", pages.len(), folder.display()));
    }
    let wanted = args.verb.as_ref().map_or("tariffcalc".to_owned(), |verb| format!("tariffcalc-{verb}"));
    let Some((_, command)) = pages.iter().find(|(name, _)| *name == wanted) else {
        let verb = args.verb.as_deref().unwrap_or_default();
        let near = nearest(verb, pages.iter().filter_map(|(name, _)| name.strip_prefix("tariffcalc-")));
        let help = near.map_or("`tariffcalc --help` lists the verbs".to_owned(), |near| format!("did you mean `{near}`?"));
        output.complain(&format!("there is no verb `{verb}`; {help}"));
        return Err(Stopped::Usage);
    };
    let mut page = Vec::new();
    render(command, &mut page).map_err(|why| cannot(Path::new("stdout"), &why))?;
    output.verbatim(&String::from_utf8_lossy(&page))
}

/// The names of all pages with their commands: the program, its verbs, theirs.
fn pages() -> Vec<(String, Command)> {
    let mut command = help::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    collect(&command, &mut pages);
    pages
}

fn collect(command: &Command, pages: &mut Vec<(String, Command)>) {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    pages.push((name, command.clone()));
    command.get_subcommands().filter(|verb| !verb.is_hide_set()).for_each(|verb| collect(verb, pages));
}

fn written(path: &Path, command: &Command) -> Result<()> {
    let whole = Whole::file(path)?;
    let mut file = whole.open(None)?;
    render(command, &mut file)?;
    file.close()?;
    whole.finish()
}

/// Writes a page. What stands below the options is kept as it is: examples must not be filled like prose.
fn render(command: &Command, out: &mut dyn Write) -> Result<()> {
    let page = Page::new(command.clone().version(env!("CARGO_PKG_VERSION"))).manual("tariffcalc manual");
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    if command.get_arguments().any(|arg| !arg.is_hide_set()) {
        page.render_options_section(out)?;
    }
    if command.has_subcommands() {
        page.render_subcommands_section(out)?;
    }
    if let Some(below) = command.get_after_long_help().or(command.get_after_help()) {
        let below = below.to_string();
        let titled = below.trim_start().strip_prefix("Examples:");
        writeln!(out, ".SH {}\n.nf", if titled.is_some() { "EXAMPLES" } else { "NOTES" })?;
        for line in titled.unwrap_or(&below).trim_matches('\n').lines() {
            writeln!(out, "{}", escaped(line))?;
        }
        writeln!(out, ".fi")?;
    }
    page.render_version_section(out)
}

/// A line of text as roff takes it literally.
fn escaped(line: &str) -> String {
    let text = line.trim_end().replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}
