//! Opens an object as format.md sections 2, 3, 6 and 8 say, in the order of section 8.

use crate::envelope::{self, Context, Envelope};
use crate::{hex_of, strings};
use crate::{metadata, part, wrap};
use serde_json::Value;

struct Reader<'a> {
    case: &'a Value,
    envelope: Envelope,
    bucket: String,
    key: String,
}

/// Returns the plaintext, or the failure class.
pub fn open(case: &Value, stored: &[u8]) -> Result<Vec<u8>, &'static str> {
    let read = &case["read"];
    let envelope = envelope::parse(&strings(&case["metadata"]))?;
    if envelope.names < envelope::names(read["names"].as_str().unwrap()).unwrap() {
        return Err("NAMES_NOT_BOUND");
    }
    if let Some(id) = &envelope.key_id {
        let trusted = read["trustedKeyIds"].as_array().unwrap();
        if !read["customerKey"].is_null() {
            return Err("CUSTOMER_KEY");
        }
        if !trusted.is_empty() && !trusted.iter().any(|t| t.as_str() == Some(id)) {
            return Err("UNTRUSTED_KEY");
        }
    }
    if !read["context"].is_null() && strings(&read["context"]) != envelope.context {
        return Err("CONTEXT");
    }
    let mut reader = Reader {
        case,
        envelope,
        bucket: read["bucket"].as_str().unwrap().into(),
        key: read["key"].as_str().unwrap().into(),
    };
    if read["acceptMoved"].as_bool().unwrap() {
        reader.take_recorded_name();
    }
    let data_key = reader.data_key()?;
    reader.require_recorded_name()?;
    metadata::check(case, &data_key, &reader.envelope.tags)?;
    let announced = case["stored"]["announced"].as_u64().unwrap();
    if let Some(hint) = &reader.envelope.hint {
        let implied = part::Preamble::single(part::plain_bytes(announced)?);
        part::verify_hint(&data_key, &implied, hint)?;
    }
    let hint = reader.envelope.hint.as_deref();
    open_parts(&data_key, stored, announced, hint)
}

impl Reader<'_> {
    fn take_recorded_name(&mut self) {
        let from = self.envelope.from.clone().unwrap_or_default();
        if let Some(cut) = from.iter().position(|b| *b == 0) {
            self.bucket = String::from_utf8_lossy(&from[..cut]).into();
            self.key = String::from_utf8_lossy(&from[cut + 1..]).into();
        }
    }

    fn data_key(&self) -> Result<Vec<u8>, &'static str> {
        let e = &self.envelope;
        let mut context = e.context.clone();
        context.insert("claviger:use".into(), "object".into());
        context.insert("claviger:sse".into(), e.sse.clone());
        if e.names > 0 {
            context.insert("claviger:bucket".into(), self.bucket.clone());
        }
        if e.names > 1 {
            context.insert("claviger:key".into(), self.key.clone());
        }
        let bound = envelope::encode_context(&context);
        if e.key_id.is_none() {
            let customer = &self.case["read"]["customerKey"];
            if customer.is_null() {
                return Err("CUSTOMER_KEY");
            }
            let key = hex_of(customer);
            return wrap::unwrap(wrap::CUSTOMER, &key, None, &bound, &e.data_key).ok_or("KEY_WRAP");
        }
        let opened = match &e.bucket_key {
            None => self.under_master(&bound, &e.data_key),
            Some(bucket_key) => {
                let mut of_bucket: Context = e.context.clone();
                of_bucket.insert("claviger:bucket".into(), self.bucket.clone());
                of_bucket.insert("claviger:use".into(), "bucket-key".into());
                self.under_master(&envelope::encode_context(&of_bucket), bucket_key)
                    .and_then(|k| wrap::unwrap(wrap::BUCKET_KEY, &k, None, &bound, &e.data_key))
            }
        };
        opened.ok_or("NOT_AUTHENTIC")
    }

    fn under_master(&self, context: &[u8], blob: &[u8]) -> Option<Vec<u8>> {
        let id = self.envelope.key_id.as_deref()?;
        wrap::under_master(&self.case["masterKey"], id, context, blob)
    }

    fn require_recorded_name(&self) -> Result<(), &'static str> {
        let bucket = [self.bucket.as_bytes(), b"\0"].concat();
        let whole = [bucket.as_slice(), self.key.as_bytes()].concat();
        match (&self.envelope.from, self.envelope.names) {
            (Some(from), 2) if *from != whole => Err("ENVELOPE_MALFORMED"),
            (Some(from), 1) if !from.starts_with(&bucket) => Err("ENVELOPE_MALFORMED"),
            _ => Ok(()),
        }
    }
}

fn open_parts(
    key: &[u8],
    stored: &[u8],
    announced: u64,
    hint: Option<&[u8]>,
) -> Result<Vec<u8>, &'static str> {
    let mut plain = Vec::new();
    let (mut at, mut number) = (0usize, 1u16);
    loop {
        let rest = &stored[at..];
        let prologue = &rest[..rest.len().min(part::PROLOGUE as usize)];
        let preamble = part::Preamble::decode(prologue)?;
        if prologue.len() < part::PROLOGUE as usize {
            return Err("TRUNCATED");
        }
        if preamble.number != number {
            return Err("PART_NUMBER");
        }
        let state = part::verify(key, &preamble.aad(), &prologue[24..])?;
        if hint.is_some_and(|h| h != &prologue[34..]) {
            return Err("HEADER_TAG");
        }
        let end = at as u64 + part::stored_bytes(preamble.plain);
        if end > announced {
            return Err("TRUNCATED");
        }
        if preamble.last && end < announced {
            return Err("TRAILING_BYTES");
        }
        if !preamble.last && (hint.is_some() || end == announced) {
            return Err("LAST_PART");
        }
        if preamble.offset.is_some_and(|o| o != plain.len() as u64) {
            return Err("OFFSET");
        }
        let more = (end as usize) < stored.len();
        part::open_segments(state, &preamble, &rest[prologue.len()..], more, &mut plain)?;
        if preamble.last {
            return Ok(plain);
        }
        at = end as usize;
        number += 1;
    }
}
