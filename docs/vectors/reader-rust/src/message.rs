//! Messages of KMSEnvelope (format.md section 13).

use crate::envelope;
use crate::{hex_of, strings};
use crate::{part, wrap};
use serde_json::Value;

const FIXED: usize = 8;
const HEADER: usize = 74;
const SEGMENT: usize = part::SEGMENT_STORED as usize;

fn aad(prologue: &[u8], associated: &[u8]) -> Vec<u8> {
    [b"io.claviger/message/v1\0".as_slice(), prologue, associated].concat()
}

/// Makes the message as it was sealed, compares its values, and opens what is given of it.
pub fn open(case: &Value) -> Result<(), &'static str> {
    let sealed = reseal(case);
    let given = &case["given"];
    let place = |name: &str| given[name].as_u64().unwrap() as usize;
    let message = [
        &sealed[..place("keep")],
        &hex_of(&given["instead"]),
        &sealed[place("continueAt")..],
    ]
    .concat();
    part::check_sha(&message, given);
    let plain = read(case, &message)?;
    part::check_sha(&plain, &case["plaintext"]);
    Ok(())
}

fn reseal(case: &Value) -> Vec<u8> {
    let values = &case["sealed"];
    let plain = part::plaintext(1, values["plainBytes"].as_u64().unwrap());
    let prologue = hex_of(&values["prologue"]);
    assert!(prologue.ends_with(&hex_of(&case["wrap"]["blob"])));
    let floe_aad = hex_of(&values["floeAad"]);
    assert!(floe_aad.starts_with(&aad(&prologue, &[])));
    let message = part::reseal_floe(&hex_of(&case["dataKey"]), values, &floe_aad, &plain);
    let sealed = [prologue, message].concat();
    part::check_sha(&sealed, values);
    sealed
}

fn read(case: &Value, message: &[u8]) -> Result<Vec<u8>, &'static str> {
    let fixed = message.get(..FIXED).ok_or("TRUNCATED")?;
    let wrapped = u16::from_be_bytes([fixed[6], fixed[7]]) as usize;
    match () {
        _ if &fixed[..4] != b"CLVM" => return Err("WRONG_MAGIC"),
        _ if fixed[4] != 1 => return Err("UNKNOWN_VERSION"),
        _ if fixed[5] != 0 => return Err("UNKNOWN_FLAGS"),
        _ if wrapped == 0 => return Err("LENGTH"),
        _ => (),
    }
    let prologue = message.get(..FIXED + wrapped).ok_or("TRUNCATED")?;
    let rest = &message[prologue.len()..];
    let header = rest.get(..HEADER).ok_or("TRUNCATED")?;
    let stated = &case["read"];
    let mut context = strings(&stated["context"]);
    context.insert("claviger:use".into(), "message".into());
    let master = &case["masterKey"];
    let key = wrap::under_master(
        master,
        master["keyId"].as_str().unwrap(),
        &envelope::encode_context(&context),
        &prologue[FIXED..],
    )
    .ok_or("NOT_AUTHENTIC")?;
    let floe_aad = aad(prologue, &hex_of(&stated["associatedData"]));
    let state = part::verify(&key, &floe_aad, header)?;
    segments(state, &rest[HEADER..])
}

/// Walks the length fields to the segment that says it is the last, then opens all.
fn segments(
    mut state: fast_floe::low_level::DecryptionState,
    body: &[u8],
) -> Result<Vec<u8>, &'static str> {
    let mut at = 0;
    let last = loop {
        let mark = body.get(at..at + 4).ok_or("TRUNCATED")?;
        let length = u32::from_be_bytes(mark.try_into().unwrap()) as usize;
        if mark != [0xff; 4] {
            break length;
        }
        body.get(at..at + SEGMENT).ok_or("TRUNCATED")?;
        at += SEGMENT;
    };
    match body.len() - at {
        _ if !(32..=SEGMENT).contains(&last) => return Err("SEGMENT"),
        found if found < last => return Err("TRUNCATED"),
        found if found > last => return Err("TRAILING_BYTES"),
        _ => (),
    }
    let plain_bytes = (at / SEGMENT) as u64 * part::SEGMENT_PLAIN + last as u64 - 32;
    let layout = part::parameters()
        .plaintext_layout(plain_bytes)
        .map_err(|_| "SEGMENT")?;
    let (mut plain, mut begin) = (Vec::new(), 0);
    for segment in layout.segments() {
        let end = begin + segment.ciphertext_length();
        let bytes = body.get(begin..end).ok_or("SEGMENT")?;
        plain.extend(
            state
                .decrypt_segment(bytes, segment)
                .map_err(|_| "SEGMENT")?,
        );
        begin = end;
    }
    Ok(plain)
}
