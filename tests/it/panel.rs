//! Files of trade priced on many days, from the command line.

use crate::support::{root, run_in};
use tariffcalc::base::Decimal;

struct Table {
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    fn of(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        Self { header: reader.headers().unwrap().clone(), rows: reader.records().map(Result::unwrap).collect() }
    }

    fn get<'r>(&self, row: &'r csv::StringRecord, name: &str) -> &'r str {
        let at = self
            .header
            .iter()
            .position(|column| column == name)
            .unwrap_or_else(|| panic!("no column {name} in {:?}", self.header));
        row.get(at).unwrap()
    }

    fn number(&self, row: &csv::StringRecord, name: &str) -> Decimal {
        self.get(row, name).parse().unwrap_or_default()
    }
}

/// Cars of Japan, toys of China, a watch whose rate stands in words, a code that is none: each ends where it belongs.
#[test]
fn a_small_file_is_priced_by_hand() {
    let folder = std::env::temp_dir().join(format!("tariffcalc-panel-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let text = "hts10,country,value\n8703230140,JP,100000\n9503000071,China,10000\n9102111000,CH,5000\n87x,JP,1\n";
    std::fs::write(folder.join("flows.csv"), text).unwrap();
    let printed = run_in(
        &folder,
        &["panel", "flows.csv", "--on", "2025-07-01", "--on", "2025-10-01", "--by", "program", "--format", "csv"],
    );
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(printed.stderr.contains("`flows.csv`: a row is not read: a commodity code that is none"), "{}", printed.stderr);
    let table = Table::of(&printed.stdout);
    let duty = |day: &str, program: &str| -> String {
        let row = table.rows.iter().find(|row| table.get(row, "entered") == day && table.get(row, "program") == program);
        row.map_or("none".into(), |row| table.number(row, "duty").normalize().to_string())
    };
    // July: cars 2.5 + 25, toys 20 + 10. October: cars 15 in all.
    assert_eq!(duty("2025-07-01", "us-column-1"), "2500");
    assert_eq!(duty("2025-07-01", "us-232-autos"), "25000");
    assert_eq!(duty("2025-07-01", "us-ieepa-fentanyl"), "2000");
    assert_eq!(duty("2025-07-01", "us-ieepa-reciprocal"), "1000");
    assert_eq!(duty("2025-07-01", "total"), "30500");
    assert_eq!(duty("2025-10-01", "us-232-autos"), "12500");
    assert_eq!(duty("2025-10-01", "total"), "18000");
    let total = table.rows.iter().find(|row| table.get(row, "program") == "total").unwrap();
    assert_eq!(table.number(total, "value").normalize().to_string(), "115000");
    assert_eq!(table.number(total, "unknown").normalize().to_string(), "5000", "a rate in words is not zero");
}

/// All imports of 2024: the value of the file to the dollar, priced or unknown, and parts that add up.
#[test]
fn all_imports_of_a_year_are_priced_or_told_unknown() {
    let file = "../shared/data/trade/us_imports_consumption_2024_hs10_country.csv.gz";
    if !root().join(file).exists() {
        return eprintln!("skipped: the imports of 2024 are not beside this folder");
    }
    let printed = run_in(root(), &["panel", file, "--on", "2025-10-01", "--by", "program", "--format", "csv"]);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let table = Table::of(&printed.stdout);
    let total = table.rows.iter().find(|row| table.get(row, "program") == "total").unwrap();
    assert_eq!(table.number(total, "value"), Decimal::from(3_123_773_412_637_i64));
    let parts = ["priced", "unknown", "refused"].map(|name| table.number(total, name));
    assert_eq!(parts.iter().sum::<Decimal>(), Decimal::from(3_123_773_412_637_i64));
    let programs = table.rows.iter().filter(|row| table.get(row, "program") != "total");
    assert_eq!(programs.map(|row| table.number(row, "duty")).sum::<Decimal>(), table.number(total, "duty"));
    assert!(parts[0] > Decimal::from(2_000_000_000_000_i64), "{parts:?}");
}
