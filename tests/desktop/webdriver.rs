//! As much of WebDriver as these tests speak.

use base64::Engine;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Far more than anything here takes: who waits that long waits for something that never comes.
const PATIENCE: Duration = Duration::from_secs(90);

/// A page that is driven.
pub struct Page {
    client: reqwest::Client,
    session: String,
}

impl Page {
    /// Opens the program with these words through the driver that listens at `driver`.
    pub async fn open(driver: &str, program: &Path, words: &[&str]) -> Page {
        // The client asks for a TLS provider even where only the loopback is spoken to.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::new();
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "wry",
            "tauri:options": {"application": program, "args": words},
        }}});
        let opened = post(&client, &format!("{driver}/session"), &wanted)
            .await
            .expect("the driver opens the window");
        let id = opened["sessionId"].as_str().expect("a session has an id");
        Page {
            session: format!("{driver}/session/{id}"),
            client,
        }
    }

    /// Clicks an element as soon as there is one.
    pub async fn click(&self, test_id: &str) {
        self.act(test_id, "click", &json!({})).await;
    }

    /// Types into an element as soon as there is one.
    pub async fn type_into(&self, test_id: &str, text: &str) {
        self.act(test_id, "value", &json!({"text": text})).await;
    }

    /// Waits until an element that fits the selector is on the page and not hidden.
    pub async fn see(&self, selector: &str) {
        let script = "const found = document.querySelector(arguments[0]);
            return found !== null && found.getClientRects().length > 0;";
        self.wait_for(selector, script, &[json!(selector)]).await;
    }

    /// Waits until an expression holds on the page.
    pub async fn until(&self, holds: &str) {
        let script = format!("return Boolean({holds})");
        self.wait_for(holds, &script, &[]).await;
    }

    /// Runs a script on the page and gives back what it returns.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let call = json!({"script": script, "args": arguments});
        self.post("execute/sync", &call)
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// From now on keeps what the policy of content refuses.
    pub async fn listen_for_refusals(&self) {
        let script = "window.refusals = [];
            document.addEventListener('securitypolicyviolation', (event) =>
                window.refusals.push(`${event.effectiveDirective} ${event.blockedURI}`));";
        self.run(script, &[]).await;
    }

    /// What was refused since, as directive and address.
    pub async fn refusals(&self) -> Vec<String> {
        // Events that are due have their turn first.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let heard = self.run("return window.refusals", &[]).await;
        serde_json::from_value(heard).expect("a list of texts")
    }

    /// Gives the window another size.
    pub async fn resize(&self, width: u32, height: u32) {
        self.post("window/rect", &json!({"width": width, "height": height}))
            .await
            .expect("the window takes another size");
    }

    /// What the window shows, as a PNG.
    pub async fn picture(&self) -> Vec<u8> {
        let url = format!("{}/screenshot", self.session);
        let answer = self.client.get(url).send().await;
        let mut answer: Value = answer
            .expect("the driver answers")
            .json()
            .await
            .expect("in JSON");
        let text = answer["value"].take();
        let text = text.as_str().expect("a picture in base64");
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .expect("whole")
    }

    /// Ends the program without asking it.
    pub async fn close(self) {
        let closed = self.client.delete(&self.session).send().await;
        closed.expect("the driver ends the program");
    }

    async fn act(&self, test_id: &str, action: &str, body: &Value) {
        let selector = format!("[data-testid=\"{test_id}\"]");
        self.see(&selector).await;
        // The page may draw the element anew between finding and using it.
        for _ in 0..600 {
            let found = json!({"using": "css selector", "value": selector});
            if let Ok(element) = self.post("element", &found).await {
                let element = element[ELEMENT].as_str().expect("an element has an id");
                if self
                    .post(&format!("element/{element}/{action}"), body)
                    .await
                    .is_ok()
                {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{test_id} takes no {action}");
    }

    async fn wait_for(&self, what: &str, script: &str, arguments: &[Value]) {
        let seen = async {
            while self.run(script, arguments).await != json!(true) {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, seen).await.is_err() {
            let page = self.run("return document.body.innerText", &[]).await;
            panic!("never saw {what}; the page says: {page}");
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        post(&self.client, &format!("{}/{path}", self.session), body).await
    }
}

async fn post(client: &reqwest::Client, url: &str, body: &Value) -> Result<Value, String> {
    let answer = client.post(url).json(body).send().await;
    let answer = answer.map_err(|error| error.to_string())?;
    let succeeded = answer.status().is_success();
    let mut answer: Value = answer.json().await.map_err(|error| error.to_string())?;
    if succeeded {
        Ok(answer["value"].take())
    } else {
        Err(answer["value"]["message"].to_string())
    }
}
