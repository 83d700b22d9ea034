//! What key services keep (format.md section 14): names, texts of Transit, records.

use crate::{crypto, envelope, hex_of, strings, wrap};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

const CORRUPT: &str = "CORRUPT_RECORD";
const KV_LABEL: &str = "io.claviger/record/kv2/v1";
const TRANSIT_PREFIX: &str = "vault:v";

/// The name of a key in KV.
fn name_of(id: &str) -> String {
    let mut name = String::new();
    for b in id.bytes() {
        match b {
            b' ' => name.push('+'),
            b if b.is_ascii_alphanumeric() || b".-*_".contains(&b) => name.push(b as char),
            b => name += &format!("%{b:02X}"),
        }
    }
    let name = name.replace("..", ".%2E");
    if name == "." { "%2E".into() } else { name }
}

pub fn names(case: &Value) -> Result<(), &'static str> {
    for pair in case["names"].as_array().unwrap() {
        assert_eq!(name_of(pair["keyId"].as_str().unwrap()), pair["name"]);
    }
    Ok(())
}

/// Takes a text of Transit apart; None for any spelling but Transit's own.
fn transit(text: &str) -> Option<Vec<u8>> {
    let (version, base64) = text.strip_prefix(TRANSIT_PREFIX)?.split_once(':')?;
    let digits = (1..=9).contains(&version.len()) && version.bytes().all(|b| b.is_ascii_digit());
    if !digits || version.starts_with('0') {
        return None;
    }
    let bytes = STANDARD.decode(base64).ok()?;
    if bytes.len() < 28 { None } else { Some(bytes) }
}

pub fn transit_text(case: &Value) -> Result<(), &'static str> {
    let text = case["read"]["text"].as_str().unwrap();
    transit(text).map(|_| ()).ok_or("NOT_AUTHENTIC")
}

/// Opens the wrap of the case under the only version of a key.
fn open_under(versions: &Value, case: &Value) -> Result<(), &'static str> {
    let all = versions.as_array().ok_or(CORRUPT)?;
    assert_eq!(all.len(), 1);
    let version = &all[0];
    let id = version["id"].as_str().ok_or(CORRUPT)?;
    let plain = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if id.len() != 16 || !id.bytes().all(plain) {
        return Err(CORRUPT);
    }
    let secret = |name: &str| {
        STANDARD
            .decode(version[name].as_str().ok_or(CORRUPT)?)
            .map_err(|_| CORRUPT)
    };
    assert_eq!(secret("material")?.len(), 32);
    let number = version["number"].as_u64().ok_or(CORRUPT)? as u32;
    let wrapped = &case["wrap"];
    let under = wrap::Versioned {
        key_id: wrapped["keyId"].as_str().unwrap(),
        place: Some([number.to_be_bytes().to_vec(), hex::decode(id).unwrap()].concat()),
    };
    let opened = wrap::unwrap(
        wrap::LOCAL,
        &secret("wrap")?,
        Some(&under),
        wrapped["context"].as_str().unwrap().as_bytes(),
        &hex_of(&wrapped["blob"]),
    );
    assert_eq!(
        opened.expect("a wrap that opens"),
        hex_of(&wrapped["plaintext"])
    );
    Ok(())
}

pub fn key_record(case: &Value) -> Result<(), &'static str> {
    open_under(&case["read"]["record"]["versions"], case)
}

/// What the seal of a record in KV is bound to.
fn context(id: &str, record: &Map<String, Value>) -> Option<Vec<u8>> {
    let mut clear = envelope::Context::new();
    for (name, value) in record {
        if !["generation", "sealed", "tags"].contains(&name.as_str()) {
            clear.insert(name.clone(), value.as_str()?.into());
        }
    }
    let tags = envelope::encode_context(&strings(&record["tags"]));
    clear.insert("tags".into(), String::from_utf8(tags).ok()?);
    let clear = crypto::sha256_hex(&envelope::encode_context(&clear));
    let generation = record["generation"].as_u64()?.to_string();
    let pairs = [
        ("use", "kv2-record"),
        ("id", id),
        ("generation", &generation),
        ("clear", &clear),
    ];
    let bound = pairs.map(|(name, value)| (name.to_string(), value.to_string()));
    Some(envelope::encode_context(&bound.into_iter().collect()))
}

pub fn kv2_record(case: &Value) -> Result<(), &'static str> {
    let read = &case["read"];
    let record = read["record"].as_object().unwrap();
    let known = record["format"] == "claviger-kv2-1"
        && record["generation"] == read["kvVersion"]
        && record["sealed_by"] == read["sealedBy"];
    if !known {
        return Err(CORRUPT);
    }
    let aad = context(read["keyId"].as_str().unwrap(), record).ok_or(CORRUPT)?;
    let key = hex_of(&read["sealingKey"]);
    let sealed = record["sealed"].as_str().ok_or(CORRUPT)?;
    let opened = if read["sealedBy"] == "transit" {
        // of Transit's bytes the first 12 are the IV
        transit(sealed).and_then(|b| crypto::open(&key, &b[..12], &aad, &b[12..]))
    } else {
        let blob = STANDARD.decode(sealed).map_err(|_| CORRUPT)?;
        wrap::unwrap(KV_LABEL, &key, None, &aad, &blob)
    };
    let versions: Value = serde_json::from_slice(&opened.ok_or(CORRUPT)?).map_err(|_| CORRUPT)?;
    open_under(&versions, case)
}
