//! The laws of the house that can be read off its manifests and imports.
//!
//! ARCHITECTURE.md words them; this module fails the check when one is broken.

use crate::workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Whom each member may take in, as the map draws it; who is not named may take in no other. A
/// road that is not written here is a broken law, so none runs back up unnoticed.
const ROADS: &[(&str, &[&str])] = &[
    ("bohao", &["bohao-engine", "bohao-wire"]),
    ("bohao-cli", &["bohao-engine", "bohao-sheets", "bohao-wire"]),
    ("xtask", &["bohao-wire"]),
    (
        "bohao-engine",
        &[
            "bohao-platform",
            "bohao-relay",
            "bohao-relay-api",
            "bohao-sandbox",
            "bohao-secrets",
            "bohao-sheets",
            "bohao-store",
            "bohao-wire",
        ],
    ),
    ("bohao-sheets", &["bohao-platform", "bohao-wire"]),
    ("bohao-store", &["bohao-wire"]),
    ("bohao-relay", &["bohao-relay-api"]),
];

/// A dependency that only some members may name, and why.
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
        "tokio-postgres",
        &["bohao-relay"],
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
    reserved(
        "csv-core",
        &["bohao-sheets"],
        "only sheets knows a file format",
    ),
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
    reserved(
        "reqwest",
        &["bohao-platform", "bohao-relay-api", "bohao-sandbox"],
        "only the clients of platform and relay, and the stand-in's pushes, go out",
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
    /// Names of the workspace's own packages, by package id.
    members: BTreeMap<String, String>,
    /// Ids of those that lie under `crates/`.
    rooms: BTreeSet<String>,
    names: BTreeMap<String, String>,
    taken: BTreeMap<String, Vec<String>>,
}

impl Packages {
    fn read(metadata: &Value) -> Result<Self> {
        let root = text(&metadata["workspace_root"])?;
        let crates = Path::new(&root).join("crates");
        let mut packages = Packages {
            members: BTreeMap::new(),
            rooms: BTreeSet::new(),
            names: BTreeMap::new(),
            taken: BTreeMap::new(),
        };
        for package in list(&metadata["packages"])? {
            let (id, name) = (text(&package["id"])?, text(&package["name"])?);
            // What comes from a registry has a source; a member is its own.
            if package["source"].is_null() {
                packages.members.insert(id.clone(), name.clone());
            }
            if Path::new(&text(&package["manifest_path"])?).starts_with(&crates) {
                packages.rooms.insert(id.clone());
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
        for (id, member) in &self.members {
            if self.rooms.contains(id) {
                broken.extend(self.tauri_below(id, member));
            }
            for taken in &self.taken[id] {
                broken.extend(self.stray_road(member, taken));
                broken.extend(reserved_for_others(member, &self.names[taken]));
            }
        }
        broken
    }

    fn tauri_below(&self, id: &str, room: &str) -> Option<String> {
        let all = self.all_below(id);
        let tauri = all
            .iter()
            .find(|name| **name == "tauri" || name.starts_with("tauri-"))?;
        Some(format!(
            "{room} depends on {tauri}: nothing under crates/ may depend on tauri"
        ))
    }

    fn stray_road(&self, member: &str, taken: &str) -> Option<String> {
        let to = self.members.get(taken)?.as_str();
        let may = ROADS
            .iter()
            .any(|(from, all)| *from == member && all.contains(&to));
        (!may)
            .then(|| format!("{member} depends on {to}: the map has no road from one to the other"))
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

fn reserved_for_others(member: &str, dependency: &str) -> Option<String> {
    let reserved = RESERVED.iter().find(|it| it.dependency == dependency)?;
    (!reserved.rooms.contains(&member))
        .then(|| format!("{member} depends on {dependency}: {}", reserved.law))
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
    use rstest::rstest;
    use serde_json::{Value, json};

    /// A workspace whose first package takes in the second, and so on; those of this project's
    /// names are its members, and all of them but the two hosts lie under `crates/`.
    fn broken(chain: &[&str], kind: Value) -> Vec<String> {
        let packages: Vec<Value> = chain.iter().map(|name| package(name)).collect();
        let nodes: Vec<Value> = (0..chain.len())
            .map(|place| {
                let below = chain.get(place + 1).into_iter();
                let deps: Vec<Value> = below
                    .map(|name| json!({"pkg": name, "dep_kinds": [{"kind": kind}]}))
                    .collect();
                json!({"id": chain[place], "deps": deps})
            })
            .collect();
        let metadata =
            json!({"workspace_root": "/w", "packages": packages, "resolve": {"nodes": nodes}});
        Packages::read(&metadata)
            .expect("well-formed")
            .broken_laws()
    }

    fn package(name: &str) -> Value {
        let (folder, source) = match name {
            "bohao" | "xtask" => ("/w", Value::Null),
            name if name.starts_with("bohao-") => ("/w/crates", Value::Null),
            _ => ("/registry", json!("registry")),
        };
        let manifest = format!("{folder}/{name}/Cargo.toml");
        json!({"id": name, "name": name, "manifest_path": manifest, "source": source})
    }

    #[rstest]
    #[case::a_room_below_none(&["bohao-wire", "bohao-store"])]
    #[case::back_up(&["bohao-store", "bohao-engine"])]
    #[case::past_the_engine(&["bohao", "bohao-store", "bohao-wire"])]
    #[case::the_relay_and_the_desktop(&["bohao-relay", "bohao-wire"])]
    #[case::tauri(&["bohao-engine", "tauri"])]
    #[case::tauri_however_deep(&["bohao-engine", "shell", "tauri-utils"])]
    #[case::sql(&["bohao-engine", "rusqlite"])]
    #[case::sql_in_a_host(&["bohao-cli", "rusqlite"])]
    #[case::going_out(&["bohao-engine", "reqwest"])]
    fn a_broken_law_is_found(#[case] chain: &[&str]) {
        assert_eq!(broken(chain, Value::Null).len(), 1, "in the program");
        assert_eq!(broken(chain, json!("build")).len(), 1, "in its build");
        assert!(broken(chain, json!("dev")).is_empty(), "tests may");
    }

    #[rstest]
    #[case(&["bohao-cli", "bohao-engine", "bohao-store", "bohao-wire"])]
    #[case(&["bohao-relay", "bohao-relay-api", "reqwest"])]
    #[case(&["bohao-engine", "bohao-store", "rusqlite"])]
    #[case(&["bohao", "bohao-engine", "bohao-wire"])]
    fn what_the_map_draws_is_allowed(#[case] chain: &[&str]) {
        assert!(broken(chain, Value::Null).is_empty());
    }
}
