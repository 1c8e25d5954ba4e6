//! The laws of the house that can be read off its manifests and imports.
//!
//! ARCHITECTURE.md words them; this module fails the check when one is broken.

use crate::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A dependency that only some rooms may name, and why.
struct Reserved {
    dependency: &'static str,
    rooms: &'static [&'static str],
    law: &'static str,
}

const RESERVED: &[Reserved] = &[
    reserved(
        "rusqlite",
        &["bohao-store", "bohao-relay"],
        "only the store and the relay speak SQL",
    ),
    reserved(
        "rusqlite_migration",
        &["bohao-store", "bohao-relay"],
        "only the store and the relay speak SQL",
    ),
    reserved(
        "keyring",
        &["bohao-secrets"],
        "only secrets touches the keyring",
    ),
    reserved(
        "keyring-core",
        &["bohao-secrets"],
        "only secrets touches the keyring",
    ),
    reserved("csv", &["bohao-sheets"], "only sheets knows a file format"),
    reserved(
        "calamine",
        &["bohao-sheets"],
        "only sheets knows a file format",
    ),
    reserved(
        "md-5",
        &["bohao-platform", "bohao-sandbox"],
        "only the platform's client and its stand-in know its signature",
    ),
];

/// Fails with every broken law, one a line.
pub fn check() -> Result<()> {
    let packages = Packages::read(&workspace::metadata()?)?;
    let mut broken = packages.broken_laws();
    broken.extend(stray_imports()?);
    if broken.is_empty() {
        return Ok(());
    }
    bail!(
        "laws of ARCHITECTURE.md are broken:\n  {}",
        broken.join("\n  ")
    );
}

const fn reserved(
    dependency: &'static str,
    rooms: &'static [&'static str],
    law: &'static str,
) -> Reserved {
    Reserved {
        dependency,
        rooms,
        law,
    }
}

/// The packages of a build, and what each one takes in, tests left out.
struct Packages {
    /// Names of the members that lie under `crates/`, by package id.
    rooms: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    taken: BTreeMap<String, Vec<String>>,
}

impl Packages {
    fn read(metadata: &Value) -> Result<Self> {
        let crates =
            Path::new(metadata["workspace_root"].as_str().unwrap_or_default()).join("crates");
        let mut packages = Packages {
            rooms: BTreeMap::new(),
            names: BTreeMap::new(),
            taken: BTreeMap::new(),
        };
        for package in list(&metadata["packages"])? {
            let (id, name) = (text(&package["id"])?, text(&package["name"])?);
            if Path::new(&text(&package["manifest_path"])?).starts_with(&crates) {
                packages.rooms.insert(id.clone(), name.clone());
            }
            packages.names.insert(id, name);
        }
        for node in list(&metadata["resolve"]["nodes"])? {
            let mut taken = Vec::new();
            for dependency in list(&node["deps"])? {
                if list(&dependency["dep_kinds"])?
                    .iter()
                    .any(|kind| kind["kind"] != "dev")
                {
                    taken.push(text(&dependency["pkg"])?);
                }
            }
            packages.taken.insert(text(&node["id"])?, taken);
        }
        anyhow::ensure!(
            !packages.rooms.is_empty(),
            "cargo metadata shows nothing under crates/"
        );
        Ok(packages)
    }

    fn broken_laws(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for (id, room) in &self.rooms {
            let all = self.all_below(id);
            if let Some(tauri) = all
                .iter()
                .find(|name| **name == "tauri" || name.starts_with("tauri-"))
            {
                broken.push(format!(
                    "{room} depends on {tauri}: nothing under crates/ may depend on tauri"
                ));
            }
            let own: BTreeSet<&str> = self.taken[id]
                .iter()
                .map(|id| self.names[id].as_str())
                .collect();
            for reserved in RESERVED {
                if own.contains(reserved.dependency) && !reserved.rooms.contains(&room.as_str()) {
                    broken.push(format!(
                        "{room} depends on {}: {}",
                        reserved.dependency, reserved.law
                    ));
                }
            }
            if room == "bohao-relay" {
                let neighbours = own
                    .iter()
                    .filter(|name| name.starts_with("bohao-") && **name != "bohao-relay-api");
                broken.extend(neighbours.map(|name| {
                    format!("bohao-relay depends on {name}: the relay shares bohao-relay-api alone")
                }));
            }
        }
        broken
    }

    fn all_below(&self, id: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut ahead = vec![id];
        while let Some(id) = ahead.pop() {
            for below in self.taken.get(id).into_iter().flatten() {
                found.insert(self.names[below].as_str());
                if seen.insert(below.as_str()) {
                    ahead.push(below);
                }
            }
        }
        found
    }
}

/// Imports of a transport outside the one folder of the UI that may know one.
fn stray_imports() -> Result<Vec<String>> {
    let source = workspace::ui().join("src");
    let host = source.join("host");
    let mut stray = Vec::new();
    for file in files(&source).context("ui/src could not be read")? {
        if file.starts_with(&host) {
            continue;
        }
        let text = fs::read(&file)?;
        if String::from_utf8_lossy(&text).contains("@tauri-apps") {
            let shown = file.strip_prefix(workspace::root()).unwrap_or(&file);
            stray.push(format!(
                "{} names @tauri-apps: only ui/src/host/ may",
                shown.display()
            ));
        }
    }
    Ok(stray)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut ahead = vec![folder.to_owned()];
    while let Some(folder) = ahead.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                ahead.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    Ok(found)
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value
        .as_array()
        .context("cargo metadata has another shape than expected")
}

fn text(value: &Value) -> Result<String> {
    let text = value
        .as_str()
        .context("cargo metadata has another shape than expected")?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Packages;
    use serde_json::{Value, json};

    /// A workspace of one room, which takes in the chain of packages named.
    fn broken(room: &str, chain: &[&str], kind: Value) -> Vec<String> {
        let mut packages = vec![
            json!({"id": room, "name": room, "manifest_path": format!("/w/crates/{room}/Cargo.toml")}),
        ];
        let mut nodes = Vec::new();
        let mut above = room;
        for name in chain {
            packages.push(json!({"id": name, "name": name, "manifest_path": format!("/registry/{name}/Cargo.toml")}));
            nodes
                .push(json!({"id": above, "deps": [{"pkg": name, "dep_kinds": [{"kind": kind}]}]}));
            above = name;
        }
        nodes.push(json!({"id": above, "deps": []}));
        let metadata =
            json!({"workspace_root": "/w", "packages": packages, "resolve": {"nodes": nodes}});
        Packages::read(&metadata)
            .expect("well-formed")
            .broken_laws()
    }

    #[test]
    fn tauri_is_found_however_deep_it_lies() {
        assert_eq!(broken("bohao-engine", &["tauri"], Value::Null).len(), 1);
        assert_eq!(
            broken("bohao-engine", &["shell", "tauri-utils"], json!("build")).len(),
            1
        );
    }

    #[test]
    fn only_the_store_and_the_relay_speak_sql() {
        assert_eq!(broken("bohao-engine", &["rusqlite"], Value::Null).len(), 1);
        assert!(broken("bohao-store", &["rusqlite"], Value::Null).is_empty());
        assert!(broken("bohao-engine", &["bohao-store", "rusqlite"], Value::Null).is_empty());
    }

    #[test]
    fn the_relay_knows_nothing_of_the_desktop() {
        assert_eq!(
            broken("bohao-relay", &["bohao-engine"], Value::Null).len(),
            1
        );
        assert!(broken("bohao-relay", &["bohao-relay-api"], Value::Null).is_empty());
    }

    #[test]
    fn tests_may_take_what_they_need() {
        assert!(broken("bohao-engine", &["rusqlite"], json!("dev")).is_empty());
    }
}
