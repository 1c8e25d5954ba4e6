/// What a look through a whole database found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many seats there are.
    pub seats: i64,
    /// How many records.
    pub records: i64,
    /// How many bytes of bodies.
    pub bytes: i64,
    /// What is not as it must be, in words for people; none of them quotes a record.
    pub findings: Vec<String>,
}

/// What can be wrong with rows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    ChangedBodies,
    Orphans,
    SeatsWithoutTokens,
    StrayTokens,
    Twice,
    Undigested,
}

impl Found {
    /// What both kinds of databases are asked in the same words.
    pub(super) const QUERIES: [(Self, &str); 3] = [
        (
            Self::Orphans,
            "SELECT count(*) FROM records
             WHERE seat NOT IN (SELECT id FROM seats) AND seat NOT IN (SELECT seat FROM removed)",
        ),
        (
            Self::SeatsWithoutTokens,
            "SELECT count(*) FROM seats WHERE
                 NOT EXISTS (SELECT * FROM tokens
                     WHERE seat = seats.id AND kind = 'push' AND expires_at IS NULL)
                 OR NOT EXISTS (SELECT * FROM tokens
                     WHERE seat = seats.id AND kind = 'read' AND expires_at IS NULL)",
        ),
        (
            Self::StrayTokens,
            "SELECT count(*) FROM tokens WHERE seat NOT IN (SELECT id FROM seats)",
        ),
    ];
}

impl Checked {
    pub(super) fn note(&mut self, found: Found, count: i64) {
        if count == 0 {
            return;
        }
        self.findings.push(match found {
            Found::ChangedBodies => format!("bodies that are not what was pushed: {count}"),
            Found::Orphans => format!("records that belong to no seat: {count}"),
            Found::SeatsWithoutTokens => {
                format!("seats without a token to push or to read: {count}")
            }
            Found::StrayTokens => format!("tokens that belong to no seat: {count}"),
            Found::Twice => format!("bodies that are stored more than once: {count}"),
            Found::Undigested => format!("bodies that would be stored once more: {count}"),
        });
    }

    /// A seat's numbers have no hole from the oldest one to its head.
    pub(super) fn numbers(
        &mut self,
        seat: &str,
        head: i64,
        count: i64,
        lowest: Option<i64>,
        highest: Option<i64>,
    ) {
        let (Some(lowest), Some(highest)) = (lowest, highest) else {
            return;
        };
        if highest != head {
            self.findings.push(format!(
                "seat {seat}: its highest record is {highest}, its head {head}"
            ));
        }
        if lowest < 1 || count != highest - lowest + 1 {
            self.findings.push(format!(
                "seat {seat}: {count} records where {lowest} to {highest} should be"
            ));
        }
    }
}
