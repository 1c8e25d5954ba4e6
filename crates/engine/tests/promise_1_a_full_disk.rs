//! A disk that is full keeps a dial from leaving, and one that fills up while the platform makes up its
//! mind takes the answer once there is room.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

mod support;

use bohao_sandbox::FaultKind;
use bohao_wire::{FaultCode, Mutations, PlaceCall, Placed};
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use support::small_disk::SmallDisk;
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};

const OTHER: &str = "13922105583";

/// Leaves no room for another byte.
fn fill(folder: &Path) {
    let mut filler = std::fs::File::create(folder.join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
}

#[tokio::test]
async fn promise_1_an_answer_that_finds_the_disk_full_is_written_once_there_is_room() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let Some(disk) = SmallDisk::mount_as(&dir.path().join("small"), "size=8m") else {
        return;
    };
    let desk = open_guard(around(&disk.0, &platform.url())).await;
    platform.set_fault(FaultKind::Slow, 1);
    let dialling = tokio::spawn({
        let desk = desk.clone();
        async move { dial(&desk, CUSTOMER).await }
    });
    while platform.rings(OWN, CUSTOMER) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    fill(&disk.0);

    let Placed::Accepted { subid, .. } = dialling.await.unwrap() else {
        panic!("the platform took it");
    };

    assert!(!desk.answers_written(Duration::ZERO).await);
    // Meanwhile nothing else leaves, since its attempt could not be written down.
    let order = PlaceCall {
        number: OTHER.to_owned(),
        tel_a: Some("13700001111".to_owned()),
        ticket: None,
    };
    let fault = desk.place_call(order).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::DiskFull);
    assert_eq!(platform.rings("13700001111", OTHER), 0);

    std::fs::remove_file(disk.0.join("filler")).unwrap();
    assert!(desk.answers_written(Duration::from_secs(60)).await);
    let rows = log(&desk).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].subid.as_ref(), Some(&subid));
    desk.close().await;
}
