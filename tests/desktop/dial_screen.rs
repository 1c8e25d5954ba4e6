//! The dial screen of a newcomer who practises: what stands in its line, and whether anything was dialled.

use crate::program;
use crate::station::Station;
use crate::webdriver::Page;
use serde_json::json;

/// The button, once there is a number that it dials.
pub const READY: &str = "[data-testid=\"dial-button\"]:not(:disabled)";

const LINE: &str = "document.querySelector('[data-testid=\"number-input\"]')?.value";

/// Opens the window and goes to practice.
pub async fn practise(station: &mut Station) -> Page {
    let page = station.open(program()).await;
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;
    page.see("[data-testid=\"number-input\"]").await;
    page
}

/// Waits until the number line reads so.
pub async fn line_is(page: &Page, text: &str) {
    page.until(&format!("{LINE} === {}", json!(text))).await;
}

/// Today's calls are so many.
pub async fn dialled(page: &Page, times: u32) {
    let said = "return document.querySelector('[data-testid=\"today-dialled\"]').innerText";
    assert_eq!(page.run(said, &[]).await, json!(times.to_string()));
}

/// Neither today nor at this moment.
pub async fn nothing_is_dialled(page: &Page) {
    dialled(page, 0).await;
    let live = "return document.querySelectorAll('[data-testid=\"live-card\"]').length";
    assert_eq!(page.run(live, &[]).await, json!(0), "no call is under way");
}
