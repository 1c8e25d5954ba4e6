//! The leads of lists, and whose turn it is.
//!
//! A lead that waits for its turn stands in the order of its list; one that is to be tried again
//! stands by its hour. Each order has an index of its own, so that the next lead is the first of an
//! index, however long the list is.
//!
//! Which lead a dial belongs to is written in the transaction that writes the dial.

mod turn;

use bohao_wire::{
    CallId, CustomerField, LeadId, LeadOrder, LeadRow, LeadState, ListId, OutcomeCount, OutcomeId,
};
use rusqlite::{OptionalExtension, Row, params};
use std::ops::ControlFlow;

use crate::{
    StoreError, outcomes,
    search::question::{Question, Searched},
    store::handles,
    words::Word,
};

pub(crate) const MIGRATION: &str = "
CREATE TABLE leads (
    lead      INTEGER PRIMARY KEY AUTOINCREMENT,
    list      INTEGER NOT NULL REFERENCES lists (list),
    number    TEXT NOT NULL,
    name      TEXT NOT NULL DEFAULT '',
    company   TEXT NOT NULL DEFAULT '',
    note      TEXT NOT NULL DEFAULT '',
    -- [{\"name\": …, \"text\": …}, …] in the sheet's order.
    fields    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(fields)),
    state     TEXT NOT NULL DEFAULT 'open' CHECK (state IN
        ('open', 'waiting', 'called', 'done', 'skipped', 'barred')),
    position  INTEGER NOT NULL,
    shuffle   INTEGER NOT NULL,
    -- When anybody was last connected to the number or tried to be; 0 for never.
    seen_at   INTEGER NOT NULL DEFAULT 0,
    -- The hour in Beijing at which the number was picked up most often.
    hour      INTEGER,
    tries     INTEGER NOT NULL DEFAULT 0,
    next_at   INTEGER,
    -- Its latest dial, and what was said of it.
    call      TEXT,
    outcome   INTEGER,
    turned_at INTEGER,
    UNIQUE (list, number),
    CHECK ((next_at IS NOT NULL) = (state = 'waiting'))
) STRICT;
CREATE INDEX leads_by_hand ON leads (list, position);
CREATE INDEX leads_in_state ON leads (list, state, position);
CREATE INDEX leads_by_chance ON leads (list, shuffle) WHERE state = 'open';
CREATE INDEX leads_by_age ON leads (list, seen_at, position) WHERE state = 'open';
CREATE INDEX leads_by_hour ON leads (list, hour, position) WHERE state = 'open';
CREATE INDEX leads_due ON leads (list, next_at, position) WHERE state = 'waiting';
CREATE INDEX leads_turned ON leads (list, turned_at, lead) WHERE turned_at IS NOT NULL;
CREATE INDEX leads_of_outcome ON leads (list, outcome) WHERE outcome IS NOT NULL;
CREATE INDEX leads_of_number ON leads (number);
CREATE INDEX leads_of_call ON leads (call) WHERE call IS NOT NULL;

-- The list of which a dial was; one that was removed since is none any more.
ALTER TABLE calls ADD COLUMN list INTEGER;
CREATE INDEX calls_of_list ON calls (list, place, at) WHERE list IS NOT NULL;

CREATE TABLE list_counts (
    list  INTEGER NOT NULL,
    state TEXT NOT NULL,
    leads INTEGER NOT NULL,
    PRIMARY KEY (list, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER leads_added AFTER INSERT ON leads BEGIN
    INSERT INTO list_counts VALUES (new.list, new.state, 1)
        ON CONFLICT (list, state) DO UPDATE SET leads = leads + 1;
END;
CREATE TRIGGER leads_turned_otherwise AFTER UPDATE OF state ON leads
WHEN new.state <> old.state BEGIN
    UPDATE list_counts SET leads = leads - 1 WHERE list = old.list AND state = old.state;
    INSERT INTO list_counts VALUES (new.list, new.state, 1)
        ON CONFLICT (list, state) DO UPDATE SET leads = leads + 1;
END;
CREATE TRIGGER leads_removed AFTER DELETE ON leads BEGIN
    UPDATE list_counts SET leads = leads - 1 WHERE list = old.list AND state = old.state;
END;

-- Whoever wants no calls has no turn in any list, whichever way the number came to be barred.
CREATE TRIGGER leads_barred AFTER INSERT ON do_not_call WHEN new.lifted_at IS NULL BEGIN
    UPDATE leads SET state = 'barred', next_at = NULL
        WHERE number = new.number AND state IN ('open', 'waiting', 'skipped');
END;
CREATE TRIGGER leads_let_in AFTER UPDATE OF lifted_at ON do_not_call
WHEN new.lifted_at IS NOT NULL AND old.lifted_at IS NULL BEGIN
    UPDATE leads SET state = 'open' WHERE number = new.number AND state = 'barred';
END;

-- What a list's dials come to. One that never left, or was deleted, counts for nothing; one that
-- comes back counts again.
CREATE TRIGGER lists_counted_in AFTER INSERT ON calls WHEN new.list IS NOT NULL BEGIN
    UPDATE lists SET
        dials = dials + (new.state NOT IN ('planned', 'refused', 'not_sent')),
        connected = connected + (new.status IS 'connected'),
        talk_seconds = talk_seconds + coalesce(new.duration, 0)
        WHERE list = new.list;
    UPDATE leads SET state = 'called' WHERE call = new.call AND state = 'done' AND outcome IS NULL;
END;
CREATE TRIGGER lists_counted_anew AFTER UPDATE OF list, state, status, duration ON calls
WHEN new.list IS NOT NULL AND (new.list, new.state, new.status, new.duration)
    IS NOT (old.list, old.state, old.status, old.duration) BEGIN
    UPDATE lists SET
        dials = dials - (old.state NOT IN ('planned', 'refused', 'not_sent')),
        connected = connected - (old.status IS 'connected'),
        talk_seconds = talk_seconds - coalesce(old.duration, 0)
        WHERE list = old.list;
    UPDATE lists SET
        dials = dials + (new.state NOT IN ('planned', 'refused', 'not_sent')),
        connected = connected + (new.status IS 'connected'),
        talk_seconds = talk_seconds + coalesce(new.duration, 0)
        WHERE list = new.list;
END;
-- A lead whose call is deleted is over: it must not be dialled as if it had never been.
CREATE TRIGGER lists_counted_out AFTER DELETE ON calls WHEN old.list IS NOT NULL BEGIN
    UPDATE lists SET
        dials = dials - (old.state NOT IN ('planned', 'refused', 'not_sent')),
        connected = connected - (old.status IS 'connected'),
        talk_seconds = talk_seconds - coalesce(old.duration, 0)
        WHERE list = old.list;
    UPDATE leads SET state = 'done' WHERE call = old.call AND state = 'called';
END;
";

/// The room between two neighbours in the order by hand, for those that are put between them.
const ROOM: i64 = 1 << 20;

const HOURS: i64 = 24;

handles!(Leads, LeadsMut, "leads");

/// A lead to be added.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLead {
    /// The digits of its number.
    pub number: String,
    /// The person's name; may be empty.
    pub name: String,
    /// The company's; may be empty.
    pub company: String,
    /// What to know before the call; may be empty.
    pub note: String,
    /// The sheet's other columns.
    pub fields: Vec<CustomerField>,
    /// Its place by chance.
    pub shuffle: i64,
}

/// What a lead's row does not tell.
#[derive(Clone, PartialEq, Eq)]
pub struct LeadText {
    /// What to know before the call.
    pub note: String,
    /// The sheet's other columns.
    pub fields: Vec<CustomerField>,
}

/// Of which list the leads are asked for, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turns {
    /// The list.
    pub list: ListId,
    /// In which order.
    pub order: LeadOrder,
    /// The current instant.
    pub now: i64,
    /// The current hour in Beijing, 0 to 23.
    pub hour: u32,
}

/// The columns of a [`LeadRow`], from `leads l LEFT JOIN outcomes o USING (outcome)`.
const ROW: &str = "SELECT l.lead, l.list, l.number, l.name, l.company, l.state, l.tries, l.next_at,
        l.call, l.turned_at, o.outcome, o.name, o.word, o.colour
    FROM leads l LEFT JOIN outcomes o ON o.outcome = l.outcome";

/// Whoever is to be tried again by now.
const DUE: &str = "l.list = ?1 AND l.state = 'waiting' AND l.next_at <= ?2
    ORDER BY l.next_at, l.position LIMIT ?3";

/// Whoever waits and is picked up at an hour.
const OF_HOUR: &str = "l.list = ?1 AND l.state = 'open' AND l.hour IS ?2
    ORDER BY l.position LIMIT ?3";

/// Whoever waits, in an order that is one index; nothing for the hours, each of which is one.
fn open_in(order: LeadOrder) -> Option<&'static str> {
    match order {
        LeadOrder::ByHand => Some("l.list = ?1 AND l.state = 'open' ORDER BY l.position LIMIT ?2"),
        LeadOrder::Random => Some("l.list = ?1 AND l.state = 'open' ORDER BY l.shuffle LIMIT ?2"),
        LeadOrder::Oldest => {
            Some("l.list = ?1 AND l.state = 'open' ORDER BY l.seen_at, l.position LIMIT ?2")
        }
        LeadOrder::BestHour => None,
    }
}

const ROW_AND_TEXT: &str = "SELECT l.lead, l.list, l.number, l.name, l.company, l.state, l.tries,
        l.next_at, l.call, l.turned_at, o.outcome, o.name, o.word, o.colour, l.note, l.fields
    FROM leads l LEFT JOIN outcomes o ON o.outcome = l.outcome";

impl Leads<'_> {
    /// One lead.
    pub fn get(&self, lead: LeadId) -> Result<Option<LeadRow>, StoreError> {
        self.one("l.lead = ?1", lead.0)
    }

    /// The lead whose latest dial this is.
    pub fn of_call(&self, call: &CallId) -> Result<Option<LeadRow>, StoreError> {
        self.one("l.call = ?1", &call.0)
    }

    /// The lead that was dialled and has no outcome yet: the latest of them.
    pub fn called(&self, list: ListId) -> Result<Option<LeadRow>, StoreError> {
        self.one(
            "l.list = ?1 AND l.state = 'called' ORDER BY l.turned_at DESC LIMIT 1",
            list.0,
        )
    }

    /// What a lead's row does not tell.
    pub fn text(&self, lead: LeadId) -> Result<Option<LeadText>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT note, fields FROM leads WHERE lead = ?1")?
            .query_row([lead.0], |row| {
                Ok(LeadText {
                    note: row.get(0)?,
                    fields: read_fields(&row.get::<_, String>(1)?),
                })
            })
            .optional()?)
    }

    /// Those whose turn comes next: first whoever is to be tried again and whose time has come, then
    /// whoever waits, in the list's order.
    pub fn upcoming(&self, turns: Turns, limit: u32) -> Result<Vec<LeadRow>, StoreError> {
        let mut rows = self.some(DUE, params![turns.list.0, turns.now, limit])?;
        let Some(open) = open_in(turns.order) else {
            self.by_hour(turns, limit, &mut rows)?;
            return Ok(rows);
        };
        rows.extend(self.some(open, params![turns.list.0, left(limit, &rows)])?);
        Ok(rows)
    }

    /// When the next lead is to be tried again.
    pub fn next_at(&self, list: ListId) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT min(next_at) FROM leads WHERE list = ?1 AND state = 'waiting'")?
            .query_row([list.0], |row| row.get(0))?)
    }

    /// The lead that had its turn before this one, or the latest if this one had none yet.
    pub fn before(&self, lead: &LeadRow) -> Result<Option<LeadId>, StoreError> {
        let turned_at = lead.turned_at.unwrap_or(i64::MAX);
        Ok(self
            .connection
            .prepare_cached(
                "SELECT lead FROM leads
                 WHERE list = ?1 AND turned_at IS NOT NULL AND (turned_at, lead) < (?2, ?3)
                 ORDER BY turned_at DESC, lead DESC LIMIT 1",
            )?
            .query_row(params![lead.list.0, turned_at, lead.lead.0], |row| {
                row.get(0).map(LeadId)
            })
            .optional()?)
    }

    /// The lead that had its turn last.
    pub fn latest(&self, list: ListId) -> Result<Option<LeadId>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT lead FROM leads WHERE list = ?1 AND turned_at IS NOT NULL
                 ORDER BY turned_at DESC, lead DESC LIMIT 1",
            )?
            .query_row([list.0], |row| row.get(0).map(LeadId))
            .optional()?)
    }

    /// A part of a list in the order by hand.
    pub fn page(
        &self,
        list: ListId,
        state: Option<LeadState>,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<LeadRow>, StoreError> {
        match state {
            Some(state) => self.some(
                "l.list = ?1 AND l.state = ?2 ORDER BY l.position LIMIT ?4 OFFSET ?3",
                params![list.0, Word(state), offset, limit],
            ),
            None => self.some(
                "l.list = ?1 ORDER BY l.position LIMIT ?3 OFFSET ?2",
                params![list.0, offset, limit],
            ),
        }
    }

    /// The part of a list, in the order by hand, that fits a search by number, name or company, Chinese
    /// by its pinyin too; and how many fit in all.
    pub fn found(
        &self,
        list: ListId,
        state: Option<LeadState>,
        search: &str,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<LeadRow>, u64), StoreError> {
        let Some(question) = Question::of(search) else {
            return Ok((Vec::new(), 0));
        };
        let narrowed = match state {
            Some(_) => "AND state = ?2",
            None => "AND ?2 IS NULL",
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT lead, number, name || char(10) || company FROM leads
             WHERE list = ?1 {narrowed} ORDER BY position"
        ))?;
        let mut rows = statement.query(params![list.0, state.map(Word)])?;
        let page = u64::from(offset)..u64::from(offset) + u64::from(limit);
        let (mut leads, mut total) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let (number, names): (String, String) = (row.get(1)?, row.get(2)?);
            if !question.fits(&Searched::of_customer(&number, &names)) {
                continue;
            }
            if page.contains(&total) {
                leads.extend(self.get(LeadId(row.get(0)?))?);
            }
            total += 1;
        }
        Ok((leads, total))
    }

    /// How many leads have each outcome, the most frequent first.
    pub fn outcomes(&self, list: ListId) -> Result<Vec<OutcomeCount>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT outcome, count(*) AS leads FROM leads
             WHERE list = ?1 AND outcome IS NOT NULL GROUP BY outcome ORDER BY leads DESC, outcome",
        )?;
        let counts = statement.query_map([list.0], |row| {
            Ok(OutcomeCount {
                outcome: OutcomeId(row.get(0)?),
                leads: row.get(1)?,
            })
        })?;
        Ok(counts.collect::<Result<_, _>>()?)
    }

    /// Hands out each number once that has its turn in any list, or may get it again.
    pub fn each_number(&self, mut take: impl FnMut(String)) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT DISTINCT number FROM leads WHERE state IN ('open', 'waiting', 'skipped')",
        )?;
        for number in statement.query_map([], |row| row.get(0))? {
            take(number?);
        }
        Ok(())
    }

    /// The names of the fields that a list's leads have, in the order in which they come up.
    pub fn field_names(&self, list: ListId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT json_extract(f.value, '$.name') AS field_name
             FROM leads l, json_each(l.fields) f WHERE l.list = ?1
             GROUP BY field_name ORDER BY min(f.key), min(l.position)",
        )?;
        let names = statement.query_map([list.0], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Hands out every lead of a list in the order by hand, with what its row does not tell, until
    /// `take` has enough.
    pub fn each(
        &self,
        list: ListId,
        mut take: impl FnMut(LeadRow, LeadText) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare(&format!(
            "{ROW_AND_TEXT} WHERE l.list = ?1 ORDER BY l.position"
        ))?;
        let mut rows = statement.query([list.0])?;
        while let Some(row) = rows.next()? {
            let text = LeadText {
                note: row.get(14)?,
                fields: read_fields(&row.get::<_, String>(15)?),
            };
            if take(lead_row(row)?, text).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Whoever is picked up at this hour, then at the next ones, then whoever was never picked up at
    /// any, then the rest: each is the beginning of an index.
    fn by_hour(&self, turns: Turns, limit: u32, rows: &mut Vec<LeadRow>) -> Result<(), StoreError> {
        let now = i64::from(turns.hour);
        let near = [now, (now + 1) % HOURS];
        let far = (2..HOURS).map(|later| (now + later) % HOURS);
        let hours = near
            .map(Some)
            .into_iter()
            .chain([None])
            .chain(far.map(Some));
        for hour in hours {
            let left = left(limit, rows);
            if left == 0 {
                return Ok(());
            }
            rows.extend(self.some(OF_HOUR, params![turns.list.0, hour, left])?);
        }
        Ok(())
    }

    fn one(
        &self,
        condition: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Option<LeadRow>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!("{ROW} WHERE {condition}"))?
            .query_row([value], lead_row)
            .optional()?)
    }

    fn some(
        &self,
        condition: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<LeadRow>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{ROW} WHERE {condition}"))?;
        let rows = statement.query_map(values, lead_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl LeadsMut<'_> {
    /// Adds a lead behind all others of its list. `false` if its number is on the list already.
    ///
    /// `index` is its place among the rows of its sheet.
    pub fn add(&self, list: ListId, lead: &NewLead, index: u32) -> Result<bool, StoreError> {
        let fields = serde_json::to_string(&lead.fields).expect("texts have a JSON form");
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO leads (list, number, name, company, note, fields, position, shuffle,
                     seen_at, hour)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                     coalesce((SELECT max(at) FROM calls WHERE tel_b = ?2), 0),
                     (SELECT (at / 3600000 + 8) % 24 AS at_hour FROM calls
                      WHERE tel_b = ?2 AND status = 'connected'
                      GROUP BY at_hour ORDER BY count(*) DESC, at_hour LIMIT 1))
                 ON CONFLICT (list, number) DO NOTHING",
            )?
            .execute(params![
                list.0,
                lead.number,
                lead.name,
                lead.company,
                lead.note,
                fields,
                i64::from(index) * ROOM,
                lead.shuffle,
            ])?;
        Ok(added == 1)
    }
}

fn left(limit: u32, rows: &[LeadRow]) -> u32 {
    limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

/// An older or newer program may have written them: then there are none.
fn read_fields(json: &str) -> Vec<CustomerField> {
    serde_json::from_str(json).unwrap_or_default()
}

fn lead_row(row: &Row<'_>) -> rusqlite::Result<LeadRow> {
    Ok(LeadRow {
        lead: LeadId(row.get(0)?),
        list: ListId(row.get(1)?),
        number: row.get(2)?,
        name: row.get(3)?,
        company: row.get(4)?,
        state: row.get::<_, Word<_>>(5)?.0,
        tries: row.get(6)?,
        next_at: row.get(7)?,
        call: row.get::<_, Option<String>>(8)?.map(CallId),
        turned_at: row.get(9)?,
        outcome: outcomes::mark(row, 10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use rstest::rstest;

    /// However long a list is, its next lead is the first of an index: nothing is sorted, and no
    /// table is walked through.
    #[rstest]
    #[case::due(Some(DUE))]
    #[case::of_hour(Some(OF_HOUR))]
    #[case::by_hand(open_in(LeadOrder::ByHand))]
    #[case::random(open_in(LeadOrder::Random))]
    #[case::oldest(open_in(LeadOrder::Oldest))]
    #[case::called(Some("l.list = ?1 AND l.state = 'called' LIMIT 1"))]
    #[case::of_call(Some("l.call = ?1"))]
    #[case::page(Some("l.list = ?1 ORDER BY l.position LIMIT 9"))]
    #[case::page_of_state(Some("l.list = ?1 AND l.state = ?2 ORDER BY l.position LIMIT 9"))]
    fn the_next_lead_is_the_first_of_an_index(#[case] condition: Option<&'static str>) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("bohao.db"), 1)
            .expect("new")
            .store;
        let sql = format!(
            "EXPLAIN QUERY PLAN {ROW} WHERE {}",
            condition.expect("an order")
        );
        let plan = store.read_blocking(|db| {
            let leads = db.leads();
            let mut statement = leads.connection.prepare(&sql)?;
            let steps = statement.parameter_count();
            for place in 1..=steps {
                statement.raw_bind_parameter(place, 1)?;
            }
            let mut plan = Vec::new();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                plan.push(row.get::<_, String>(3)?);
            }
            Ok(plan)
        });
        let plan = plan.expect("planned").join("\n");
        assert!(plan.contains("SEARCH l USING INDEX"), "{plan}");
        assert!(
            !plan.contains("TEMP B-TREE") && !plan.contains("SCAN"),
            "{plan}"
        );
    }

    #[test]
    fn a_lead_whose_call_leaves_the_log_is_over_until_it_is_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("bohao.db"), 1)
            .expect("new")
            .store;
        let call = CallId("c1".to_owned());
        let number = "13922104471".to_owned();
        let kept = store.write_blocking(|tx| {
            let list = tx.lists().begin("名单", 1)?;
            let lead = NewLead {
                number: number.clone(),
                name: String::new(),
                company: String::new(),
                note: String::new(),
                fields: Vec::new(),
                shuffle: 0,
            };
            tx.leads().add(list, &lead, 0)?;
            tx.lists().finish(list)?;
            let row = tx.leads().page(list, None, 0, 1)?.remove(0);
            let attempt = crate::NewAttempt {
                call: call.clone(),
                tel_a: "13800006620".to_owned(),
                tel_b: number,
                at: 1,
                ticket: None,
            };
            tx.calls().insert_attempt(&attempt)?;
            tx.leads().dial(&row, &call, 1)?;
            tx.calls().accept(&call, "s1", None, 2)?;
            let deletion = tx.deletions().open(None)?;
            tx.deletions()
                .take(deletion, std::slice::from_ref(&call), 3)?;
            let stands = |tx: &crate::Tx<'_>| {
                let lead = tx.leads().get(row.lead)?.expect("the lead stays");
                let list = tx.lists().get(list)?.expect("the list stays");
                Ok::<_, StoreError>((lead.state, list.figures.dials))
            };
            let deleted = stands(tx)?;
            tx.deletions().close(deletion, 9)?;
            tx.deletions().undo(deletion, 4)?;
            Ok((deleted, stands(tx)?))
        });
        let (deleted, back) = kept.expect("written");
        assert_eq!(deleted, (LeadState::Done, 0));
        assert_eq!(back, (LeadState::Called, 1), "as it was before");
    }
}
