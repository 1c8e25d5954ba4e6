//! What a Mac says of who opens links, as `defaults read` prints it.

/// The identity of the program that opens links of a scheme, if its user chose one.
pub fn handler(printed: &str, scheme: &str) -> Option<String> {
    let mut depth = 0usize;
    let (mut role, mut is_it) = (None, false);
    for line in printed.lines().map(str::trim) {
        if line.ends_with('{') {
            depth += 1;
            if depth == 1 {
                (role, is_it) = (None, false);
            }
        } else if line.starts_with('}') {
            depth = depth.saturating_sub(1);
            if depth == 0 && is_it {
                return role;
            }
        } else if depth == 1
            && let Some((key, value)) = line.trim_end_matches(';').split_once(" = ")
        {
            let value = value.trim_matches('"');
            match key {
                "LSHandlerRoleAll" => role = Some(value.to_owned()),
                "LSHandlerURLScheme" => is_it = value.eq_ignore_ascii_case(scheme),
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"(
        {
        LSHandlerPreferredVersions =         {
            LSHandlerRoleAll = "-";
        };
        LSHandlerRoleAll = "org.mozilla.firefox";
        LSHandlerURLScheme = https;
    },
        {
        LSHandlerPreferredVersions =         {
            LSHandlerRoleAll = "-";
        };
        LSHandlerRoleAll = "cn.bohao.desk";
        LSHandlerURLScheme = tel;
    },
        {
        LSHandlerContentType = "public.html";
        LSHandlerRoleAll = "org.mozilla.firefox";
    }
)
"#;

    #[test]
    fn the_chosen_program_is_found_by_its_scheme() {
        assert_eq!(handler(PRINTED, "tel").as_deref(), Some("cn.bohao.desk"));
        assert_eq!(
            handler(PRINTED, "https").as_deref(),
            Some("org.mozilla.firefox")
        );
        assert_eq!(handler(PRINTED, "callto"), None);
    }

    #[test]
    fn whatever_else_is_printed_names_nobody() {
        for printed in [
            "",
            "(\n)\n",
            "}\n}\n",
            "The domain/default pair does not exist",
            "{\n",
        ] {
            assert_eq!(handler(printed, "tel"), None, "{printed}");
        }
    }
}
