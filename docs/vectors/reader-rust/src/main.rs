//! Reads every vector of the folder given (`docs/vectors`) and compares what happens with what the
//! file says. Ends with 1 when one differs or none was found.

mod crypto;
mod envelope;
mod keys;
mod layout;
mod message;
mod metadata;
mod object;
mod part;
mod wrap;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn hex_of(text: &Value) -> Vec<u8> {
    hex::decode(text.as_str().expect("text")).expect("hexadecimal")
}

fn strings(object: &Value) -> envelope::Metadata {
    serde_json::from_value(object.clone()).expect("texts")
}

fn run_wrap(case: &Value) -> Result<(), &'static str> {
    let read = &case["read"];
    let version = read["keyId"].as_str().map(|key_id| wrap::Versioned {
        key_id,
        place: None,
    });
    let plain = wrap::unwrap(
        read["label"].as_str().unwrap(),
        &hex_of(&read["wrappingKey"]),
        version.as_ref(),
        read["context"].as_str().unwrap().as_bytes(),
        &hex_of(&read["blob"]),
    )
    .ok_or("KEY_WRAP")?;
    assert_eq!(plain, hex_of(&case["wrap"]["plaintext"]));
    Ok(())
}

/// Checks every value of a wrap as it was made.
fn check_wrap(wrap: &Value) {
    let label = wrap["label"].as_str().unwrap();
    let okm = crypto::hkdf256(
        &hex_of(&wrap["wrappingKey"]),
        &hex_of(&wrap["salt"]),
        label.as_bytes(),
        44,
    );
    assert_eq!(okm, hex_of(&wrap["okm"]));
    let sealed = crypto::seal(
        &okm[..32],
        &okm[32..],
        &hex_of(&wrap["aad"]),
        &hex_of(&wrap["plaintext"]),
    );
    let blob = hex_of(&wrap["blob"]);
    assert!(blob.ends_with(&[hex_of(&wrap["salt"]), sealed].concat()));
}

fn run_object(case: &Value) -> Result<(), &'static str> {
    let data_key = hex_of(&case["dataKey"]);
    let parts: Vec<Vec<u8>> = case["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| part::reseal(&data_key, p))
        .collect();
    case["wraps"]
        .as_array()
        .unwrap()
        .iter()
        .for_each(check_wrap);
    metadata::check_made(case);
    let mut stored = Vec::new();
    for piece in case["stored"]["pieces"].as_array().unwrap() {
        match piece["part"].as_u64() {
            None => stored.extend(hex_of(&piece["hex"])),
            Some(p) => {
                let place = |name: &str| piece[name].as_u64().unwrap() as usize;
                stored.extend(&parts[p as usize][place("from")..place("to")]);
            }
        }
    }
    part::check_sha(&stored, &case["stored"]);
    let plain = object::open(case, &stored)?;
    part::check_sha(&plain, &case["plaintext"]);
    Ok(())
}

fn with_wrap(
    case: &Value,
    read: fn(&Value) -> Result<(), &'static str>,
) -> Result<(), &'static str> {
    check_wrap(&case["wrap"]);
    read(case)
}

fn run(file: &Path) -> (String, String) {
    let case: Value = serde_json::from_slice(&std::fs::read(file).expect("a file")).expect("JSON");
    let ended = match case["kind"].as_str() {
        Some("object") => run_object(&case),
        Some("layout") => layout::read(&case),
        Some("message") => {
            check_wrap(&case["wrap"]);
            message::open(&case)
        }
        Some("wrap") => {
            check_wrap(&case["wrap"]);
            run_wrap(&case)
        }
        Some("key-names") => keys::names(&case),
        Some("transit-text") => keys::transit_text(&case),
        Some("key-record") => with_wrap(&case, keys::key_record),
        Some("kv2-record") => with_wrap(&case, keys::kv2_record),
        kind => panic!("{}: kind {kind:?} is not known", file.display()),
    };
    (
        case["outcome"].as_str().unwrap().into(),
        ended.err().unwrap_or("ok").into(),
    )
}

fn main() -> ExitCode {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder of the vectors"));
    let mut files: Vec<PathBuf> = ["ok", "refused"]
        .iter()
        .flat_map(|kind| std::fs::read_dir(folder.join(kind)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut wrong = 0;
    for file in &files {
        let (expected, found) = run(file);
        if expected != found {
            println!("{}: expected {expected}, found {found}", file.display());
            wrong += 1;
        }
    }
    println!("{} vectors, {wrong} read otherwise", files.len());
    if wrong > 0 || files.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
