//! The colors of pictures, and what tells series apart without color: dashes, markers, patterns.

/// How many series have a color, a pattern and a marker of their own.
pub(super) const COLORS: usize = 8;

/// Names of the roles that colors have, with the color on light paper and on dark.
///
/// The series colors keep apart for every common kind of color blindness, and stand out from the paper by 3 to 1 at least.
const ROLES: [(&str, &str, &str, &str); 13] = [
    ("ink", "i", "#1c1d21", "#eceef2"),
    ("muted", "m", "#5a5f69", "#a9afba"),
    ("rule", "r", "#dcdfe4", "#3a3f48"),
    ("axis", "x", "#70757f", "#8f96a3"),
    ("paper", "b", "#ffffff", "#14161a"),
    ("1", "c0", "#1268a8", "#5fb2ef"),
    ("2", "c1", "#d2540f", "#ff9257"),
    ("3", "c2", "#0a8468", "#45cba4"),
    ("4", "c3", "#8c4799", "#d699e6"),
    ("5", "c4", "#a97800", "#e4b840"),
    ("6", "c5", "#b03060", "#f08fb0"),
    ("7", "c6", "#3f9bd8", "#9ad4ff"),
    ("8", "c7", "#62666e", "#b9bec8"),
];

/// The faces that text is set in: whatever the machine reads best.
pub(super) const FACES: &str =
    "system-ui,-apple-system,&quot;Segoe UI&quot;,Roboto,&quot;Helvetica Neue&quot;,Arial,&quot;Liberation Sans&quot;,sans-serif";

/// Sizes of text, in tenths: for narrow screens, where the picture is shrunk. On wide ones text is set smaller.
pub(super) const TITLE: i64 = 200;
pub(super) const TEXT: i64 = 170;
pub(super) const SMALL: i64 = 155;

/// Writes the style of one picture. Every rule is bound to its id: the rules of one in a page touch no other.
///
/// A page sets colors through `--chart-ink`, `--chart-muted`, `--chart-rule`, `--chart-axis`, `--chart-paper` and `--chart-1` to `--chart-8`.
pub(super) fn style(id: &str) -> String {
    let roles = |dark: bool| -> String {
        let each = ROLES.iter().map(|(name, short, on_light, on_dark)| {
            format!("--{short}:var(--chart-{name},{})", if dark { on_dark } else { on_light })
        });
        each.collect::<Vec<_>>().join(";")
    };
    let mut rules = vec![
        format!("#{id}{{{};width:100%;height:auto;max-width:760px}}", roles(false)),
        format!("@media (prefers-color-scheme:dark){{#{id}{{{}}}}}", roles(true)),
        format!("@media print{{#{id}{{{}}}}}", roles(false)),
        format!("#{id} text{{font-variant-numeric:tabular-nums}}"),
    ];
    for (class, role) in
        [("h", "i"), ("t", "i"), ("o", "i"), ("v", "i"), ("s", "m"), ("n", "m"), ("kt", "b"), ("kc", "i"), ("bg", "b")]
    {
        rules.push(format!("#{id} .{class}{{fill:var(--{role})}}"));
    }
    for (class, role) in [("g", "r"), ("z", "x"), ("k", "m"), ("u", "m")] {
        rules.push(format!("#{id} .{class}{{stroke:var(--{role})}}"));
    }
    for number in 0..COLORS {
        rules.push(format!("#{id} .f{number}{{fill:var(--c{number})}}#{id} .l{number}{{stroke:var(--c{number})}}"));
    }
    rules.push(format!("#{id} .p,#{id} .o{{stroke:var(--b)}}#{id} .d{{fill:var(--b)}}"));
    rules.push(format!(
        "@media (min-width:600px){{#{id} .h{{font-size:18px}}#{id} .t,#{id} .o,#{id} .v,#{id} .s{{font-size:14px}}#{id} .n,#{id} .kt{{font-size:12.5px}}}}"
    ));
    format!("<style>{}</style>", rules.join(""))
}

/// The color of a role on light paper, for programs that do not read style sheets with variables.
fn plain(short: &str) -> &'static str {
    ROLES.iter().find(|(_, known, ..)| *known == short).map_or("#1c1d21", |(_, _, color, _)| color)
}

/// Returns the attributes of a class of text.
pub(super) fn text_class(class: &str) -> String {
    let (size, role, weight) = match class {
        "h" => (TITLE, "i", " font-weight=\"700\""),
        // Over grid lines a name is kept legible by a rim of paper.
        "o" => (TEXT, "i", " stroke=\"#ffffff\" stroke-width=\"5\" stroke-linejoin=\"round\" paint-order=\"stroke\""),
        "v" => (TEXT, "i", " font-weight=\"600\""),
        "s" => (TEXT, "m", ""),
        "n" => (SMALL, "m", ""),
        "kt" => (SMALL, "b", " font-weight=\"700\""),
        _ => (TEXT, "i", ""),
    };
    format!(" class=\"{class}\" fill=\"{}\" font-size=\"{}\"{weight}", plain(role), super::canvas::number(size))
}

/// Returns the attributes of a line: grid, axis, mark.
pub(super) fn rule(class: &str) -> String {
    let (role, width, dash) = match class {
        "z" => ("x", "1.5", ""),
        "k" => ("m", "1.2", " stroke-dasharray=\"2 3\""),
        _ => ("r", "1", ""),
    };
    format!(" class=\"{class}\" stroke=\"{}\" stroke-width=\"{width}\"{dash}", plain(role))
}

/// Returns the attributes of the line of a series: its color and its dashes.
pub(super) fn stroke(series: usize) -> String {
    let color = series % COLORS;
    // Beyond the colors dashes turn, so that no two series look the same before long.
    let dash = match (series + series / COLORS) % COLORS {
        1 => " stroke-dasharray=\"9 4\"",
        2 => " stroke-dasharray=\"3 3\"",
        3 => " stroke-dasharray=\"12 3 3 3\"",
        4 => " stroke-dasharray=\"6 6\"",
        5 => " stroke-dasharray=\"14 5\"",
        6 => " stroke-dasharray=\"10 3 2 3 2 3\"",
        7 => " stroke-dasharray=\"2 6\"",
        _ => "",
    };
    format!(
        " class=\"l{color}\" stroke=\"{}\" stroke-width=\"3\" fill=\"none\" stroke-linejoin=\"round\"{dash}",
        plain(&format!("c{color}"))
    )
}

/// Returns the attributes of what is filled with the color of a series.
pub(super) fn fill(series: usize) -> String {
    let color = series % COLORS;
    format!(" class=\"f{color}\" fill=\"{}\"", plain(&format!("c{color}")))
}

/// Returns the attributes of the paper.
pub(super) fn paper() -> String {
    format!(" class=\"bg\" fill=\"{}\"", plain("b"))
}

/// Returns the attributes of a filled flag.
pub(super) fn flag() -> String {
    format!(" class=\"kc\" fill=\"{}\"", plain("i"))
}

/// Writes the patterns of a picture: one for what is not known, one for each part of stacked bars after the first.
pub(super) fn patterns(id: &str, parts: usize) -> String {
    let muted = plain("m");
    let mut out = format!(
        "<pattern id=\"{id}-u\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <path class=\"u\" d=\"M1.5 0V7\" stroke=\"{muted}\" stroke-width=\"1.6\"/></pattern>"
    );
    for part in 1..parts.min(COLORS) {
        let (size, turn, shape) = match part {
            1 => ("7", " patternTransform=\"rotate(45)\"", "M1.5 0V7"),
            2 => ("8", "", ""),
            3 => ("6", "", "M0 1.5H6"),
            4 => ("7", " patternTransform=\"rotate(-45)\"", "M1.5 0V7"),
            5 => ("6", "", "M1.5 0V6"),
            6 => ("8", "", "M0 1.5H8M1.5 0V8"),
            _ => ("8", " patternTransform=\"rotate(45)\"", "M0 1.5H8M1.5 0V8"),
        };
        let drawn = if shape.is_empty() {
            format!("<circle class=\"d\" cx=\"3\" cy=\"3\" r=\"1.5\" fill=\"{}\" fill-opacity=\"0.75\"/>", plain("b"))
        } else {
            format!("<path class=\"p\" d=\"{shape}\" stroke=\"{}\" stroke-width=\"1.3\" stroke-opacity=\"0.6\"/>", plain("b"))
        };
        out.push_str(&format!(
            "<pattern id=\"{id}-p{part}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\"{turn}>\
             <rect width=\"{size}\" height=\"{size}\"{}/>{drawn}</pattern>",
            fill(part)
        ));
    }
    out
}

/// Returns the attributes of a part of stacked bars: its color, and from the second part on its pattern.
pub(super) fn part(id: &str, part: usize) -> String {
    match part % COLORS {
        0 => fill(0),
        part => format!(" fill=\"url(#{id}-p{part})\""),
    }
}

/// Returns the attributes of what is not known, without an edge: for stretches that go on beside each other.
pub(super) fn hatched(id: &str) -> String {
    format!(" fill=\"url(#{id}-u)\"")
}

/// Returns the attributes of what is not known.
pub(super) fn unknown(id: &str) -> String {
    format!(" class=\"u\" fill=\"url(#{id}-u)\" stroke=\"{}\" stroke-width=\"0.8\"", plain("m"))
}
