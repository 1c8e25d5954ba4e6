//! Where Bohao's name stands in the registry of Windows, all of it below the user's own root. The
//! uninstaller, `src-tauri/uninstall.nsh`, takes away what is named here.

/// What Bohao is called on the system's page.
pub const NAME: &str = "Bohao";

/// The class of links that Bohao opens.
pub const CLASS: &str = "Bohao.Link";

/// What Bohao can do, as the system's page reads it.
pub const CAPABILITIES: &str = r"Software\cn.bohao.desk\Capabilities";

/// Where all that is Bohao's own lies. `Software\Bohao` is the installers'.
pub const OWN: &str = r"Software\cn.bohao.desk";

/// The list of programs that the system's page shows.
pub const PROGRAMS: &str = r"Software\RegisteredApplications";

/// The page, turned to Bohao.
pub const PAGE: &str = "ms-settings:defaultapps?registeredAppUser=Bohao";

/// Where a class lies.
pub fn class(name: &str) -> String {
    format!(r"Software\Classes\{name}")
}

/// Where the user's choice for a scheme lies.
pub fn choice(scheme: &str) -> String {
    format!(r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations\{scheme}\UserChoice")
}

/// How a program is called with a link. No quotation mark can stand in a path of Windows, and the system
/// escapes one that stands in a link.
pub fn command(program: &str) -> String {
    format!("\"{program}\" \"%1\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uninstaller_takes_away_what_bohao_writes() {
        let uninstaller = include_str!("../../uninstall.nsh");
        for line in [
            format!("DeleteRegKey HKCU \"{}\"", class(CLASS)),
            format!("DeleteRegKey HKCU \"{OWN}\""),
            format!("DeleteRegValue HKCU \"{PROGRAMS}\" \"{NAME}\""),
        ] {
            assert!(uninstaller.contains(&line), "{line}");
        }
        assert!(CAPABILITIES.starts_with(OWN));
        assert!(PAGE.ends_with(NAME));
        let config = include_str!("../../../tauri.conf.json");
        assert!(config.contains("src-tauri/uninstall.nsh"));
    }

    #[test]
    fn a_link_is_one_word_to_the_program() {
        assert_eq!(
            command(r"C:\李 四\bohao.exe"),
            "\"C:\\李 四\\bohao.exe\" \"%1\""
        );
        assert!(choice("tel").ends_with(r"\UrlAssociations\tel\UserChoice"));
    }

    #[test]
    fn the_installers_know_the_same_schemes_as_the_program() {
        let config: serde_json::Value =
            serde_json::from_str(include_str!("../../../tauri.conf.json")).unwrap();
        let schemes = &config["plugins"]["deep-link"]["desktop"]["schemes"];
        assert_eq!(*schemes, serde_json::json!(bohao_engine::links::SCHEMES));
    }
}
