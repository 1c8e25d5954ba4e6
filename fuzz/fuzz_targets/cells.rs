#![no_main]
//! A cell of each column, in some zone.
use bohao_sheets::{Cell, Mapping, SheetRow, Zone, read_record};
use bohao_wire::RecordField;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, f64, &str)| {
    let (text, number, zone) = input;
    let zone = Zone::named(zone).unwrap_or_default();
    let fields = [
        RecordField::Subid,
        RecordField::TelA,
        RecordField::TelB,
        RecordField::StartedAt,
        RecordField::EndedAt,
        RecordField::Duration,
        RecordField::Status,
        RecordField::Reason,
    ];
    for cell in [Cell::Text(text.into()), Cell::Number(number)] {
        for field in fields {
            let row = SheetRow {
                number: 2,
                cells: vec![cell.clone()],
                flaw: None,
                progress: 0,
            };
            let mapping = Mapping::chosen(vec![Some(field)], 1);
            let _ = read_record(&["header".to_owned()], &mapping, &row, &zone);
        }
    }
});
