//! Metadata tags (format.md section 3.1).

use crate::envelope::{self, Context};
use crate::{crypto, hex_of};
use serde_json::Value;

const COVERED: [&str; 7] = [
    "metadata",
    "content-type",
    "content-encoding",
    "content-disposition",
    "content-language",
    "cache-control",
    "expires",
];
const TAG: usize = 16;

/// Names and values as they come, without and with a prefix.
fn found(case: &Value) -> (Vec<(String, String)>, Vec<(String, String)>) {
    let (mut metadata, mut headers) = (Vec::new(), Vec::new());
    for (name, value) in case["metadata"].as_object().unwrap() {
        metadata.push((name.clone(), value.as_str().unwrap().to_string()));
    }
    for header in case["headers"].as_array().unwrap() {
        let name = header["name"].as_str().unwrap().to_ascii_lowercase();
        let value = header["value"].as_str().unwrap().to_string();
        match name.strip_prefix("x-amz-meta-") {
            Some(own) => metadata.push((own.to_string(), value)),
            None => headers.push((name, value)),
        }
    }
    (metadata, headers)
}

fn merged(pairs: Vec<(String, String)>) -> Context {
    let mut all = Context::new();
    for (name, value) in pairs {
        all.entry(name)
            .and_modify(|before| *before = format!("{before},{value}"))
            .or_insert(value);
    }
    all
}

/// The canonical values in the order of the tags; None for a header that is not there.
fn canonical(case: &Value) -> Vec<Option<Vec<u8>>> {
    let (metadata, headers) = found(case);
    let own: Vec<(String, String)> = metadata
        .into_iter()
        .map(|(name, value)| (printable(&name).to_lowercase(), value))
        .filter(|(name, _)| !name.starts_with("claviger"))
        .collect();
    let own: Context = merged(own)
        .into_iter()
        .map(|(name, value)| (name, without_blanks(&printable(&value), ",")))
        .collect();
    let headers = merged(headers);
    COVERED
        .iter()
        .map(|name| match *name {
            "metadata" => Some(envelope::encode_context(&own)),
            name => {
                let value = headers.get(name).map_or(String::new(), |v| value(name, v));
                (name == "content-encoding" || !value.is_empty()).then(|| value.into_bytes())
            }
        })
        .collect()
}

fn value(name: &str, text: &str) -> String {
    let text = printable(text);
    match name {
        "expires" => date(&text).map_or(text, |second| second.to_string()),
        "content-disposition" => without_blanks(&text, ",;="),
        "content-encoding" => without_blanks(&text, ",;=")
            .to_lowercase()
            .split(',')
            .filter(|encoding| !encoding.is_empty() && *encoding != "aws-chunked")
            .collect::<Vec<_>>()
            .join(","),
        _ => without_blanks(&text, ",;=").to_lowercase(),
    }
}

fn printable(value: &str) -> String {
    let decoded = decode_words(value);
    let mut out = String::new();
    for c in decoded.trim_matches(|c| c <= ' ').chars() {
        let kept = match c {
            '\t' => ' ',
            ' '..='~' => c,
            _ => '?',
        };
        if !(out.ends_with(kept) && (kept == '?' || kept == ' ')) {
            out.push(kept);
        }
    }
    out
}

fn without_blanks(text: &str, separators: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let beside = |i: usize| {
        chars[i] == ' ' && (separators.contains(chars[i - 1]) || separators.contains(chars[i + 1]))
    };
    (0..chars.len())
        .filter(|i| !beside(*i))
        .map(|i| chars[i])
        .collect()
}

/// Encoded words of RFC 2047; what is none stays.
fn decode_words(value: &str) -> String {
    let (mut out, mut rest, mut after_word) = (String::new(), value, false);
    while let Some(at) = rest.find("=?") {
        let before = &rest[..at];
        match word(&rest[at..]) {
            Some((text, length)) => {
                if !(after_word && before.chars().all(|c| c == ' ' || c == '\t')) {
                    out += before;
                }
                out += &text;
                rest = &rest[at + length..];
                after_word = true;
            }
            None => {
                out += &rest[..at + 2];
                rest = &rest[at + 2..];
                after_word = false;
            }
        }
    }
    out + rest
}

/// The text of the encoded word at the start, and its length.
fn word(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, more) = inner.split_once('?')?;
    let (kind, more) = more.split_once('?')?;
    let (encoded, _) = more.split_once("?")?;
    let length = 2 + charset.len() + 1 + kind.len() + 1 + encoded.len() + 2;
    let graphic = |t: &str| t.bytes().all(|b| (b'!'..=b'~').contains(&b));
    let fits = !charset.is_empty() && !charset.contains('=') && graphic(charset);
    if !fits || !graphic(encoded) || !text.get(..length)?.ends_with("?=") {
        return None;
    }
    let bytes = match kind {
        "B" | "b" => envelope::base64(encoded).ok()?,
        "Q" | "q" => quoted(encoded)?,
        _ => return None,
    };
    Some((bytes.iter().map(|b| *b as char).collect(), length))
}

fn quoted(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, raw, mut i) = (Vec::new(), text.as_bytes(), 0);
    while i < raw.len() {
        if raw[i] == b'=' && i + 2 < raw.len() {
            bytes.push(u8::from_str_radix(&text[i + 1..i + 3], 16).ok()?);
            i += 3;
        } else {
            bytes.push(if raw[i] == b'_' { b' ' } else { raw[i] });
            i += 1;
        }
    }
    Some(bytes)
}

const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// Seconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT" or "1994-11-06T08:49:37Z".
fn date(text: &str) -> Option<i64> {
    let number = |t: &str| t.parse::<i64>().ok();
    if let Some(iso) = text.strip_suffix('Z') {
        let (day, time) = iso.split_once('T')?;
        let day: Vec<i64> = day.split('-').map(number).collect::<Option<_>>()?;
        return (day.len() == 3).then(|| seconds(day[0], day[1], day[2], time))?;
    }
    let words: Vec<&str> = text.split_once(", ")?.1.split(' ').collect();
    if words.len() != 5 || words[4] != "GMT" || words[1].len() != 3 {
        return None;
    }
    let month = MONTHS.find(words[1])? as i64 / 3 + 1;
    seconds(number(words[2])?, month, number(words[0])?, words[3])
}

fn seconds(year: i64, month: i64, day: i64, time: &str) -> Option<i64> {
    let clock: Vec<i64> = time
        .split(':')
        .map(|t| t.parse().ok())
        .collect::<Option<_>>()?;
    // days from civil, March as the first month
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    (clock.len() == 3).then(|| days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2])
}

fn tag(keys: &[u8], i: usize, canonical: Option<&[u8]>) -> Vec<u8> {
    let message = match canonical {
        None => vec![0],
        Some(bytes) => [&[1], bytes].concat(),
    };
    crypto::hmac256(&keys[32 * i..32 * i + 32], &[&message])[..TAG].to_vec()
}

/// Refuses what is not as the writer sent it.
pub fn check(case: &Value, data_key: &[u8], tags: &[u8]) -> Result<(), &'static str> {
    let keys = crypto::hkdf256(data_key, &[], b"io.claviger/metadata/v1", 32 * COVERED.len());
    for (i, canonical) in canonical(case).iter().enumerate() {
        let expected = &tags[TAG * i..TAG * i + TAG];
        let always = i == 0 || i == 2;
        let same = tag(&keys, i, canonical.as_deref()) == expected
            || (!always && tag(&keys, i, None) == expected);
        if !same {
            return Err("METADATA");
        }
    }
    Ok(())
}

/// Makes the tags of the canonical values that the file states.
pub fn check_made(case: &Value) {
    let made = &case["metadataTags"];
    let data_key = hex_of(&case["dataKey"]);
    let keys = crypto::hkdf256(&data_key, &[], b"io.claviger/metadata/v1", 32 * COVERED.len());
    assert_eq!(keys, hex_of(&made["keys"]));
    let names = [
        "metadata",
        "Content-Type",
        "Content-Encoding",
        "Content-Disposition",
        "Content-Language",
        "Cache-Control",
        "Expires",
    ];
    let tags: Vec<u8> = (0..COVERED.len())
        .flat_map(|i| {
            let value = made["canonical"][names[i]].as_str();
            tag(&keys, i, value.map(str::as_bytes))
        })
        .collect();
    assert_eq!(tags, hex_of(&made["tags"]));
}
