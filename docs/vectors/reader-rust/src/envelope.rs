//! Envelope and canonical contexts (format.md sections 2.3 and 3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

pub type Context = BTreeMap<String, String>;
pub type Metadata = BTreeMap<String, String>;

const KNOWN: [&str; 10] = [
    "claviger",
    "claviger-key",
    "claviger-dek",
    "claviger-bk",
    "claviger-ctx",
    "claviger-from",
    "claviger-sse",
    "claviger-hdr",
    "claviger-mac",
    "claviger-stamp",
];
const MALFORMED: &str = "ENVELOPE_MALFORMED";
const INCOMPLETE: &str = "ENVELOPE_INCOMPLETE";

pub struct Envelope {
    /// 0 none, 1 bucket, 2 object.
    pub names: usize,
    pub key_id: Option<String>,
    pub data_key: Vec<u8>,
    pub bucket_key: Option<Vec<u8>>,
    pub context: Context,
    pub from: Option<Vec<u8>>,
    pub sse: String,
    /// There for `single` only.
    pub hint: Option<Vec<u8>>,
    pub tags: Vec<u8>,
}

pub fn names(word: &str) -> Option<usize> {
    ["none", "bucket", "object"].iter().position(|w| *w == word)
}

pub fn base64(text: &str) -> Result<Vec<u8>, &'static str> {
    // the engine refuses trailing bits and missing padding
    STANDARD.decode(text).map_err(|_| MALFORMED)
}

fn blob(text: &str) -> Result<Vec<u8>, &'static str> {
    if text.starts_with("vault:v") {
        Ok(text.as_bytes().to_vec())
    } else {
        base64(text)
    }
}

fn hint(text: &str) -> Result<Vec<u8>, &'static str> {
    base64(text).and_then(|h| if h.len() == 64 { Ok(h) } else { Err(MALFORMED) })
}

fn percent_encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let one = |b: u8| {
        if plain(b) {
            (b as char).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    text.bytes().map(one).collect()
}

fn percent_decode(text: &str) -> Result<String, &'static str> {
    let (mut bytes, raw, mut i) = (Vec::new(), text.as_bytes(), 0);
    while i < raw.len() {
        if raw[i] == b'%' {
            let digits = text.get(i + 1..i + 3).ok_or(MALFORMED)?;
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| MALFORMED)?);
            i += 3;
        } else {
            bytes.push(raw[i]);
            i += 1;
        }
    }
    let decoded = String::from_utf8(bytes).map_err(|_| MALFORMED)?;
    if decoded.is_empty() || percent_encode(&decoded) != text {
        return Err(MALFORMED);
    }
    Ok(decoded)
}

fn quote(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\u{8}' => out += "\\b",
            '\t' => out += "\\t",
            '\n' => out += "\\n",
            '\u{c}' => out += "\\f",
            '\r' => out += "\\r",
            c if c < ' ' => out += &format!("\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Rust orders strings by their UTF-8 bytes, as the format does.
pub fn encode_context(context: &Context) -> Vec<u8> {
    let members: Vec<String> = context
        .iter()
        .map(|(name, value)| quote(name) + ":" + &quote(value))
        .collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

fn decode_context(text: &str) -> Result<Context, &'static str> {
    let bytes = base64(text)?;
    if bytes.len() > 300 {
        return Err("TOO_LARGE");
    }
    let context: Context = serde_json::from_slice(&bytes).map_err(|_| MALFORMED)?;
    let reserved = context.keys().any(|name| name.starts_with("claviger:"));
    if encode_context(&context) != bytes || context.is_empty() || reserved {
        return Err(MALFORMED);
    }
    Ok(context)
}

fn tags(text: &str) -> Result<Vec<u8>, &'static str> {
    let bytes = base64(text)?;
    if bytes.len() == 112 {
        Ok(bytes)
    } else {
        Err(MALFORMED)
    }
}

fn stamp(text: &str) -> Result<(), &'static str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
        Ok(())
    } else {
        Err(MALFORMED)
    }
}

pub fn parse(metadata: &Metadata) -> Result<Envelope, &'static str> {
    let ours: Metadata = metadata
        .iter()
        .filter(|(name, _)| name.starts_with("claviger"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in &ours {
        if !KNOWN.contains(&name.as_str()) || !value.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            return Err(MALFORMED);
        }
    }
    if ours
        .iter()
        .map(|(n, v)| "x-amz-meta-".len() + n.len() + v.len())
        .sum::<usize>()
        > 1400
    {
        return Err("TOO_LARGE");
    }
    let field = |name: &str| ours.get(name).map(String::as_str);
    let main: Vec<&str> = field("claviger").ok_or(INCOMPLETE)?.split(';').collect();
    if main[0] != "1" {
        return Err("UNKNOWN_VERSION");
    }
    if main.len() != 3 || !["single", "multi"].contains(&main[1]) {
        return Err(MALFORMED);
    }
    let names = main[2]
        .strip_prefix("names=")
        .and_then(names)
        .ok_or(MALFORMED)?;
    let multi = main[1] == "multi";
    let sse = field("claviger-sse").ok_or(INCOMPLETE)?;
    if !["AES256", "aws:kms", "customer"].contains(&sse) {
        return Err(MALFORMED);
    }
    let customer = sse == "customer";
    let fits = field("claviger-key").is_some() != customer
        && field("claviger-hdr").is_some() != multi
        && field("claviger-mac").is_some()
        && (field("claviger-stamp").is_none() || !customer)
        && (field("claviger-bk").is_none() || (!customer && names > 0));
    if !fits {
        return Err(INCOMPLETE);
    }
    // in the order of section 8: the first that is wrong counts
    Ok(Envelope {
        names,
        key_id: field("claviger-key").map(percent_decode).transpose()?,
        data_key: blob(field("claviger-dek").ok_or(INCOMPLETE)?)?,
        bucket_key: field("claviger-bk").map(blob).transpose()?,
        context: field("claviger-ctx")
            .map(decode_context)
            .transpose()?
            .unwrap_or_default(),
        from: field("claviger-from").map(base64).transpose()?,
        hint: field("claviger-hdr").map(hint).transpose()?,
        tags: field("claviger-mac").ok_or(INCOMPLETE).and_then(tags)?,
        sse: field("claviger-stamp")
            .map_or(Ok(()), stamp)
            .map(|()| sse.to_string())?,
    })
}
