//! Parts (format.md sections 4 and 5): read with fast-floe; sealed again by hand from the values of
//! a vector, since a writer's IVs are random.

use crate::crypto::{expand384, seal, sha256_hex};
use fast_floe::low_level::{DecryptionState, start_decryption};
use fast_floe::{Header, Key, Parameters};
use serde_json::Value;

pub const PROLOGUE: u64 = 98;
pub const SEGMENT_PLAIN: u64 = 65_536;
pub const SEGMENT_STORED: u64 = 65_568;
const MOST_STORED: u64 = 5 << 30;
pub const PARAMETERS: [u8; 10] = [0, 0, 0, 1, 0, 0x20, 0, 0, 0, 0x20];

pub struct Preamble {
    pub last: bool,
    pub number: u16,
    pub plain: u64,
    pub offset: Option<u64>,
}

pub fn stored_bytes(plain: u64) -> u64 {
    PROLOGUE + plain + 32 * plain.div_ceil(SEGMENT_PLAIN).max(1)
}

/// The inverse of `stored_bytes`.
pub fn plain_bytes(stored: u64) -> Result<u64, &'static str> {
    let body = stored
        .checked_sub(PROLOGUE)
        .filter(|_| stored <= MOST_STORED)
        .ok_or("LENGTH")?;
    let plain = body
        .checked_sub(32 * body.div_ceil(SEGMENT_STORED))
        .ok_or("LENGTH")?;
    if stored_bytes(plain) == stored {
        Ok(plain)
    } else {
        Err("LENGTH")
    }
}

impl Preamble {
    pub fn single(plain: u64) -> Preamble {
        Preamble {
            last: true,
            number: 1,
            plain,
            offset: Some(0),
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut out = b"CLVG\x01".to_vec();
        out.push(self.last as u8);
        out.extend(self.number.to_be_bytes());
        out.extend(self.plain.to_be_bytes());
        out.extend(self.offset.unwrap_or(u64::MAX).to_be_bytes());
        out
    }

    pub fn decode(bytes: &[u8]) -> Result<Preamble, &'static str> {
        if bytes.len() < 24 {
            return Err("TRUNCATED");
        }
        let eight = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap());
        let number = u16::from_be_bytes([bytes[6], bytes[7]]);
        let (plain, offset) = (eight(8), eight(16));
        let most = plain_bytes(MOST_STORED).expect("a size that occurs");
        let impossible =
            offset != u64::MAX && offset > i64::MAX as u64 || number == 1 && offset != 0;
        match () {
            _ if &bytes[..4] != b"CLVG" => Err("WRONG_MAGIC"),
            _ if bytes[4] != 1 => Err("UNKNOWN_VERSION"),
            _ if bytes[5] > 1 => Err("UNKNOWN_FLAGS"),
            _ if number == 0 || number > 10_000 => Err("PART_NUMBER"),
            _ if plain > most => Err("TOO_LARGE"),
            _ if impossible => Err("OFFSET"),
            _ => Ok(Preamble {
                last: bytes[5] == 1,
                number,
                plain,
                offset: (offset != u64::MAX).then_some(offset),
            }),
        }
    }

    pub fn aad(&self) -> Vec<u8> {
        [b"io.claviger/object/v1\0".as_slice(), &self.encode()].concat()
    }
}

pub fn parameters() -> Parameters {
    Parameters::with_segment_length(SEGMENT_STORED as u32).expect("in range")
}

/// Verifies a FLOE header and returns what opens the segments.
pub fn verify(key: &[u8], aad: &[u8], header: &[u8]) -> Result<DecryptionState, &'static str> {
    if header[..10] != PARAMETERS {
        return Err("UNKNOWN_PARAMETERS");
    }
    let key = Key::from_bytes(key.try_into().map_err(|_| "KEY_WRAP")?);
    let header = Header::try_from(header).expect("74 bytes");
    start_decryption(&key, aad, parameters(), &header).map_err(|_| "HEADER_TAG")
}

/// Verifies what `claviger-hdr` holds.
pub fn verify_hint(key: &[u8], preamble: &Preamble, hint: &[u8]) -> Result<(), &'static str> {
    verify(key, &preamble.aad(), &[&PARAMETERS, hint].concat()).map(|_| ())
}

/// Opens the segments of one part; `body` begins with them and may go on, or end too early.
pub fn open_segments(
    mut state: DecryptionState,
    preamble: &Preamble,
    body: &[u8],
    more: bool,
    plain: &mut Vec<u8>,
) -> Result<(), &'static str> {
    let layout = parameters()
        .plaintext_layout(preamble.plain)
        .expect("a size that occurs");
    let mut at = 0;
    for segment in layout.segments() {
        let end = at + segment.ciphertext_length();
        let bytes = body.get(at..end).ok_or("TRUNCATED")?;
        if segment.is_final() && preamble.last && more {
            return Err("TRAILING_BYTES");
        }
        plain.extend(
            state
                .decrypt_segment(bytes, segment)
                .map_err(|_| "SEGMENT")?,
        );
        at = end;
    }
    Ok(())
}

/// The plaintext of a part, by the rule of the README.
pub fn plaintext(number: u64, bytes: u64) -> Vec<u8> {
    (0..bytes)
        .map(|i| (31 * i + 17 * (i / 256) + number) as u8)
        .collect()
}

/// Seals a part from the values of a vector and compares every one on the way.
pub fn reseal(data_key: &[u8], part: &Value) -> Vec<u8> {
    let number = part["number"].as_u64().unwrap();
    let length = part["plainBytes"].as_u64().unwrap();
    let preamble = Preamble {
        last: part["last"].as_bool().unwrap(),
        number: number as u16,
        plain: length,
        offset: part["offset"].as_u64(),
    };
    let plain = plaintext(number, length);
    assert_eq!(sha256_hex(&plain), part["plainSha256"].as_str().unwrap());
    check_value(part, "preamble", &preamble.encode());
    let message = reseal_floe(data_key, part, &preamble.aad(), &plain);
    let stored = [preamble.encode(), message].concat();
    assert_eq!(stored.len() as u64, stored_bytes(length));
    check_sha(&stored, part);
    stored
}

pub fn check_value(of: &Value, name: &str, found: &[u8]) {
    assert_eq!(hex::encode(found), of[name].as_str().unwrap(), "{name}");
}

/// Seals a FLOE message from the values of a vector and compares every one on the way.
pub fn reseal_floe(data_key: &[u8], part: &Value, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let check = |name: &str, found: &[u8]| check_value(part, name, found);
    check("floeAad", aad);
    let iv = hex::decode(part["floeIv"].as_str().unwrap()).unwrap();
    let info = |purpose: &[u8]| [&PARAMETERS, iv.as_slice(), purpose, aad].concat();
    let tag = expand384(data_key, &info(b"HEADER_TAG:"), 32);
    check("headerTag", &tag);
    let message_key = expand384(data_key, &info(b"MESSAGE_KEY:"), 48);
    check("messageKey", &message_key);
    let segment_key = expand384(&message_key, &info(b"DEK:\0\0\0\0\0\0\0\0"), 32);
    check("segmentKey", &segment_key);
    let mut stored = [PARAMETERS.to_vec(), iv, tag].concat();
    let segments = part["segments"].as_array().unwrap();
    for (k, segment) in segments.iter().enumerate() {
        let last = k == segments.len() - 1;
        let begin = k * SEGMENT_PLAIN as usize;
        let end = plain.len().min(begin + SEGMENT_PLAIN as usize);
        let mark = if last {
            (end - begin + 32) as u32
        } else {
            u32::MAX
        };
        let segment_iv = hex::decode(segment["iv"].as_str().unwrap()).unwrap();
        let segment_aad = [(k as u64).to_be_bytes().as_slice(), &[last as u8]].concat();
        let sealed = seal(&segment_key, &segment_iv, &segment_aad, &plain[begin..end]);
        let whole = [mark.to_be_bytes().to_vec(), segment_iv, sealed].concat();
        assert_eq!(
            sha256_hex(&whole),
            segment["sha256"].as_str().unwrap(),
            "segment {k}"
        );
        stored.extend(whole);
    }
    stored
}

pub fn check_sha(bytes: &[u8], of: &Value) {
    assert_eq!(bytes.len() as u64, of["bytes"].as_u64().unwrap());
    assert_eq!(sha256_hex(bytes), of["sha256"].as_str().unwrap());
    if let Some(whole) = of["hex"].as_str() {
        assert_eq!(hex::encode(bytes), whole);
    }
}
