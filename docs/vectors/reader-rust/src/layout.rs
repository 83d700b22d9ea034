//! What headers prove of an object of several parts (format.md section 7.2).

use crate::{hex_of, part};
use serde_json::Value;
use std::collections::BTreeMap;

const SMALLEST: u64 = 130;

struct Part {
    place: u64,
    end: u64,
    plain: u64,
    last: bool,
    /// What its own header states.
    states: Option<u64>,
}

/// The headers that were taken, by part number.
struct Layout {
    stored: u64,
    parts: BTreeMap<u64, Part>,
}

impl Part {
    fn closing(&self, number: u64) -> bool {
        self.last && self.plain == 0 && number > 1
    }
}

impl Layout {
    fn add(&mut self, place: u64, preamble: &part::Preamble) -> Result<(), &'static str> {
        let number = u64::from(preamble.number);
        let part = Part {
            place,
            end: place + part::stored_bytes(preamble.plain),
            plain: preamble.plain,
            last: preamble.last,
            states: preamble.offset,
        };
        if part.end > self.stored {
            return Err("TRUNCATED");
        }
        if part.last && part.end < self.stored {
            return Err("TRAILING_BYTES");
        }
        if !part.last && self.stored - part.end < SMALLEST {
            return Err("LAST_PART");
        }
        if self.parts.get(&number).is_some_and(|p| p.place != place) {
            return Err("PART_NUMBER");
        }
        let before = self.parts.range(..number).next_back();
        let after = self.parts.range(number + 1..).next();
        let (lower, begin) = before.map_or((0, 0), |(n, p)| (*n, p.end));
        let ended = before.is_some_and(|(_, p)| p.last);
        let above = after.map(|(n, p)| (*n, p.place));
        if ended
            || !room(number - lower, begin, place)
            || above.is_some_and(|(n, begins)| part.last || !room(n - number, part.end, begins))
        {
            return Err("PART_NUMBER");
        }
        // stored bytes are more than their plaintext
        let most = place - (number - 1) * SMALLEST;
        if part.states.is_some_and(|o| o > most) {
            return Err("OFFSET");
        }
        self.parts.insert(number, part);
        self.offsets().map(|_| ())
    }

    /// The offsets that are known, or OFFSET where two statements contradict each other.
    fn offsets(&self) -> Result<BTreeMap<u64, u64>, &'static str> {
        let mut known = BTreeMap::new();
        let mut end: Option<(u64, u64)> = None; // number of a part before, and where it ends
        for (number, part) in &self.parts {
            let sum = end.filter(|(n, _)| n + 1 == *number).map(|(_, e)| e);
            let least = end.map_or(0, |(_, e)| e);
            if part
                .states
                .is_some_and(|o| o < least || sum.is_some_and(|s| s != o))
            {
                return Err("OFFSET");
            }
            let states = part.states.filter(|_| !part.closing(*number));
            if let Some(offset) = sum.or(states) {
                known.insert(*number, offset);
                end = Some((*number, offset + part.plain));
            }
        }
        Ok(known)
    }

    /// Length of the object and count of parts, None where they are not proved.
    fn proved(&self) -> Option<(u64, u64)> {
        let (number, last) = self.parts.iter().next_back().filter(|(_, p)| p.last)?;
        let offset = *self.offsets().ok()?.get(number)?;
        let counted = number - u64::from(last.closing(*number));
        Some((offset + last.plain, counted))
    }
}

/// Whether so many parts further the next one can begin there.
fn room(parts: u64, end: u64, begins: u64) -> bool {
    match parts - 1 {
        0 => end == begins,
        between => begins >= end + between * SMALLEST,
    }
}

/// Takes the headers of a vector and compares what they prove.
pub fn read(case: &Value) -> Result<(), &'static str> {
    let mut layout = Layout {
        stored: case["storedBytes"].as_u64().unwrap(),
        parts: BTreeMap::new(),
    };
    for header in case["headers"].as_array().unwrap() {
        let prologue = hex_of(&header["prologue"]);
        let preamble = part::Preamble::decode(&prologue)?;
        part::verify(&hex_of(&case["dataKey"]), &preamble.aad(), &prologue[24..])?;
        layout.add(header["storedOffset"].as_u64().unwrap(), &preamble)?;
    }
    let expected = &case["proved"];
    let proved = expected["plainBytes"]
        .as_u64()
        .map(|bytes| (bytes, expected["parts"].as_u64().unwrap()));
    assert_eq!(layout.proved(), proved, "{}", case["case"]);
    Ok(())
}
