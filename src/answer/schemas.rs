//! The schemas of the files that people write, as a list.

use super::{Cell, Column, Report, Row, RowKind, Table};

/// Lists schemas: the word that asks for each, what its files are, and the path at which the project keeps it.
pub fn schema_list(schemas: &[(&str, &str, String)]) -> Report {
    let rows = schemas.iter().map(|(name, says, path)| Row {
        kind: RowKind::Body,
        cells: vec![Cell::Text((*name).to_owned()), Cell::Text((*says).to_owned()), Cell::Text(path.clone())],
        sources: Vec::new(),
    });
    let table = Table {
        columns: vec![Column::words("schema", "Schema"), Column::words("says", "Files"), Column::words("path", "Kept at")],
        rows: rows.collect(),
        ..Table::default()
    };
    let notes = vec![
        "`tariffcalc schema scenario` prints one; a file names it in its first line: `#:schema PATH`.".to_owned(),
        "A schema sees keys, kinds of values and forms of texts. Names of measures and products, sums and files beside are left to `tariffcalc check`."
            .to_owned(),
    ];
    Report {
        title: "JSON Schemas of the files that people write".into(),
        tables: vec![table],
        notes: notes.into_iter().map(Into::into).collect(),
        ..Report::default()
    }
}
