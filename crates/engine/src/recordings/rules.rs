//! The rules by which recordings are fetched and kept.

use super::Recordings;
use super::keeping::MONTHS;
use crate::faults;
use crate::preferences::{Topic, decoded, encoded};
use bohao_wire::{CustodyRules, Event, Fault, FaultCode};

/// More hosts than any platform spreads its files over.
const HOSTS: usize = 20;

impl Recordings {
    /// The rules as the user set them.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn rules(&self) -> Result<CustodyRules, Fault> {
        let read = self
            .inner
            .store
            .read(|db| Ok(decoded(db.settings().get(Topic::Custody.key())?.as_deref())));
        read.await.map_err(faults::of_store)
    }

    /// Sets the rules. What they allow is begun at once, and what they drop goes with the queue's
    /// next round.
    ///
    /// # Errors
    /// `BadInput` names the field that is out of its range; a fault of the database.
    pub async fn set_rules(&self, rules: CustodyRules) -> Result<CustodyRules, Fault> {
        let rules = checked(rules)?;
        let text = encoded(&rules);
        let store = &self.inner.store;
        store
            .write(move |tx| tx.settings().set(Topic::Custody.key(), &text))
            .await
            .map_err(faults::of_store)?;
        self.tell(Event::CustodyChanged);
        self.keep_rule_is_due();
        self.wake();
        Ok(rules)
    }
}

fn checked(mut rules: CustodyRules) -> Result<CustodyRules, Fault> {
    const DAY: u32 = 24 * 60;
    if rules.night_from >= DAY {
        return Err(bad("night_from", "a day has 1440 minutes"));
    }
    if rules.night_until >= DAY {
        return Err(bad("night_until", "a day has 1440 minutes"));
    }
    if rules
        .keep_months
        .is_some_and(|months| !MONTHS.contains(&months))
    {
        return Err(bad(
            "keep_months",
            "recordings are kept for 1 to 240 months",
        ));
    }
    let mut hosts = Vec::new();
    for host in &rules.link_hosts {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        if host.is_empty() || hosts.contains(&host) {
            continue;
        }
        if !is_host(&host) {
            return Err(bad("link_hosts", "a host is a name without scheme or port"));
        }
        hosts.push(host);
    }
    if hosts.len() > HOSTS {
        return Err(bad("link_hosts", "there are more than 20 hosts"));
    }
    rules.link_hosts = hosts;
    Ok(rules)
}

/// A name with a dot in it, as every public one has.
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(label)
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(CustodyRules { night_from: 1440, ..CustodyRules::default() }, "night_from")]
    #[case(CustodyRules { night_until: 1440, ..CustodyRules::default() }, "night_until")]
    #[case(CustodyRules { keep_months: Some(0), ..CustodyRules::default() }, "keep_months")]
    #[case(CustodyRules { keep_months: Some(241), ..CustodyRules::default() }, "keep_months")]
    #[case(CustodyRules { link_hosts: vec!["https://a.com".into()], ..CustodyRules::default() }, "link_hosts")]
    #[case(CustodyRules { link_hosts: vec!["a.com:80".into()], ..CustodyRules::default() }, "link_hosts")]
    #[case(CustodyRules { link_hosts: vec!["*.a.com".into()], ..CustodyRules::default() }, "link_hosts")]
    #[case(CustodyRules { link_hosts: vec!["localhost".into()], ..CustodyRules::default() }, "link_hosts")]
    fn a_rule_out_of_its_range_is_named(#[case] rules: CustodyRules, #[case] field: &str) {
        let fault = checked(rules).expect_err("out of range");

        assert_eq!(fault.details["field"], field);
    }

    #[test]
    fn hosts_are_kept_plain_and_once() {
        let rules = CustodyRules {
            link_hosts: vec![
                " OSS.example.net. ".into(),
                "oss.example.net".into(),
                "".into(),
            ],
            ..CustodyRules::default()
        };

        assert_eq!(
            checked(rules).expect("fine").link_hosts,
            ["oss.example.net"]
        );
    }
}
