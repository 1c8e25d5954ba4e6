//! A disk that has no room for an import has some for everything else: the desk opens again, shows its
//! log and dials.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

mod support;

use bohao_engine::{Desk, Opening};
use bohao_store::{NewLead, Store, StoreError};
use bohao_wire::{
    Fault, FaultCode, ImportDoNotCall, ImportLeads, ImportReading, ImportsQuery, LeadReading,
    ListsQuery, Mutations, PlaceCall, Placed, Queries, RunImport,
};
use rstest::rstest;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use support::small_disk::SmallDisk;
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};

const OTHER: &str = "13922105583";
const ROWS: u32 = 100_000;

/// What is imported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sheet {
    Calls,
    Leads,
    DoNotCall,
}

impl Sheet {
    fn write(self, dir: &Path, rows: u32) -> PathBuf {
        let mut text = match self {
            Sheet::Calls => "呼叫ID,主叫号码,被叫号码,开始时间,通话时长,通话状态\n".to_owned(),
            Sheet::Leads => "姓名,手机号,公司\n".to_owned(),
            Sheet::DoNotCall => "手机号,备注\n".to_owned(),
        };
        for row in 0..rows {
            let number = 13_000_000_000 + u64::from(row) * 7_919;
            let (minute, second) = (row / 60 % 60, row % 60);
            let line = match self {
                Sheet::Calls => format!(
                    "c{row},13800006620,{number},2026-11-23 14:{minute:02}:{second:02},31,已接通"
                ),
                Sheet::Leads => format!("客户{row},{number},第{row}冷链物流有限公司"),
                Sheet::DoNotCall => format!("{number},来电要求不再联系"),
            };
            writeln!(text, "{line}").unwrap();
        }
        let path = dir.join("sheet.csv");
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn take_in(self, desk: &Desk, path: &Path) -> Result<(), Fault> {
        let file = desk.imports().stage(path).unwrap().file;
        match self {
            Sheet::Calls => {
                let reading = ImportReading::default();
                desk.run_import(RunImport { file, reading }).await.map(drop)
            }
            Sheet::Leads => {
                let (reading, name) = (LeadReading::default(), "冷链".to_owned());
                let request = ImportLeads {
                    file,
                    reading,
                    name,
                };
                desk.import_leads(request).await.map(drop)
            }
            Sheet::DoNotCall => {
                let request = ImportDoNotCall {
                    file,
                    reading: bohao_wire::DoNotCallReading::default(),
                    reason: "总部名单".to_owned(),
                };
                desk.import_do_not_call(request).await.map(drop)
            }
        }
    }
}

/// Leaves no room for another byte.
fn fill(folder: &Path) {
    let mut filler = std::fs::File::create(folder.join("filler")).unwrap();
    for piece in [65_536, 512] {
        while filler.write_all(&vec![0; piece]).is_ok() {}
    }
}

async fn assert_works(desk: &Desk, before: usize) {
    assert_eq!(log(desk).await.len(), before);
    let past = desk.past_imports(ImportsQuery {}).await.unwrap();
    assert_eq!(past.imports.len(), 0);
    assert_eq!(desk.lists(ListsQuery {}).await.unwrap().lists, []);
    let placed = dial(desk, OTHER).await;
    assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
}

#[rstest]
#[tokio::test]
async fn an_import_that_does_not_fit_is_absent_and_leaves_room_for_dials(
    #[values(Sheet::Calls, Sheet::Leads, Sheet::DoNotCall)] sheet: Sheet,
    #[values(12, 24)] megabytes: u32,
) {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let size = format!("size={megabytes}m");
    let Some(disk) = SmallDisk::mount_as(&dir.path().join("small"), &size) else {
        return;
    };
    let desk = open_guard(around(&disk.0, &platform.url())).await;
    dial(&desk, CUSTOMER).await;
    let path = sheet.write(dir.path(), ROWS);

    let fault = sheet.take_in(&desk, &path).await.unwrap_err();

    assert_eq!(fault.code, FaultCode::DiskFull);
    match sheet {
        Sheet::DoNotCall => assert!(fault.details["kept"].is_u64(), "{fault:?}"),
        _ => assert_eq!(fault.details["left"], "nothing", "{fault:?}"),
    }
    assert_works(&desk, 1).await;
    desk.close().await;
    drop(desk);
    let desk = Desk::open(around(&disk.0, &platform.url()), Opening::Live)
        .await
        .unwrap();
    assert_works(&desk, 2).await;
    // What was written for nothing takes no room from a sheet that fits.
    let path = sheet.write(dir.path(), 20);
    sheet.take_in(&desk, &path).await.unwrap();
    desk.close().await;
}

/// What a program leaves that is killed while it makes a list, and whose disk is full by then.
fn leave_half_a_list(folder: &Path) {
    let store = Store::open(folder.join("bohao.db"), 1).unwrap().store;
    let list = store
        .write_blocking(|tx| tx.lists().begin("冷链", 1))
        .unwrap();
    let mut rows = 0..;
    let portion = |rows: &mut dyn Iterator<Item = u32>| {
        store.write_in_bulk(|tx| {
            for row in rows.take(2_000) {
                let lead = NewLead {
                    number: format!("139{row:08}"),
                    name: format!("客户{row}"),
                    company: "远航物流".to_owned(),
                    note: String::new(),
                    fields: Vec::new(),
                    shuffle: i64::from(row.wrapping_mul(2_654_435_761)),
                };
                tx.leads().add(list, &lead, row)?;
            }
            Ok(())
        })
    };
    let full = loop {
        if let Err(error) = portion(&mut rows) {
            break error;
        }
    };
    assert!(matches!(full, StoreError::DiskFull), "{full:?}");
}

#[tokio::test]
async fn a_full_disk_that_holds_half_an_import_keeps_no_desk_closed() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let Some(disk) = SmallDisk::mount_as(&dir.path().join("small"), "size=12m") else {
        return;
    };
    let desk = open_guard(around(&disk.0, &platform.url())).await;
    dial(&desk, CUSTOMER).await;
    desk.close().await;
    drop(desk);
    leave_half_a_list(&disk.0);
    fill(&disk.0);

    let desk = Desk::open(around(&disk.0, &platform.url()), Opening::Live)
        .await
        .unwrap();
    assert_eq!(log(&desk).await.len(), 1);
    assert_eq!(desk.lists(ListsQuery {}).await.unwrap().lists, []);
    let order = PlaceCall {
        number: OTHER.to_owned(),
        ..PlaceCall::default()
    };
    // What is left in the log of its own may suffice; without it nothing leaves.
    let before = match desk.place_call(order).await {
        Ok(placed) => {
            assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
            2
        }
        Err(fault) => {
            assert_eq!(fault.code, FaultCode::DiskFull);
            assert_eq!(platform.rings(OWN, OTHER), 0);
            1
        }
    };

    // There is room for a dial at once, and what is left of the list goes at the next opening.
    std::fs::remove_file(disk.0.join("filler")).unwrap();
    disk.remount("size=64m");
    assert_works(&desk, before).await;
    desk.close().await;
    drop(desk);
    let desk = Desk::open(around(&disk.0, &platform.url()), Opening::Live)
        .await
        .unwrap();
    assert_works(&desk, before + 1).await;
    desk.close().await;
    drop(desk);
    let store = Store::open(disk.0.join("bohao.db"), 1).unwrap().store;
    let left = store.read_blocking(|db| db.lists().unfinished()).unwrap();
    assert_eq!(left, []);
}
