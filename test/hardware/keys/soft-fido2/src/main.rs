//! The crate soft-fido2 as a key on a unix socket: 64-byte reports back to back. CTAP2 and CTAPHID are both theirs.
//!   soft-fido2-key PATH
use soft_fido2::{
    Authenticator, AuthenticatorCallbacks, AuthenticatorConfig, AuthenticatorOptions, Credential, CredentialRef,
    CtapCommand, Error, Result, UpResult, UvResult,
};
use soft_fido2_transport::{Cmd, CommandHandler, CtapHidHandler, Packet};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

/// The person, who always touches, and the key's memory.
#[derive(Default)]
struct Person {
    credentials: Mutex<BTreeMap<Vec<u8>, Credential>>,
}

impl AuthenticatorCallbacks for Person {
    fn request_up(&self, _: &str, _: Option<&str>, _: &str) -> Result<UpResult> {
        Ok(UpResult::Accepted)
    }
    fn request_uv(&self, _: &str, _: Option<&str>, _: &str) -> Result<UvResult> {
        Ok(UvResult::Denied)
    }
    fn write_credential(&self, credential: &CredentialRef) -> Result<()> {
        self.credentials.lock().unwrap().insert(credential.id.to_vec(), credential.to_owned());
        Ok(())
    }
    fn read_credential(&self, id: &[u8]) -> Result<Option<Credential>> {
        Ok(self.credentials.lock().unwrap().get(id).cloned())
    }
    fn delete_credential(&self, id: &[u8]) -> Result<()> {
        self.credentials.lock().unwrap().remove(id).map(|_| ()).ok_or(Error::DoesNotExist)
    }
    fn list_credentials(&self, rp_id: &str, user_id: Option<&[u8]>) -> Result<Vec<Credential>> {
        let kept = self.credentials.lock().unwrap();
        let is_meant = |one: &&Credential| one.rp.id == rp_id && user_id.is_none_or(|id| id == one.user.id);
        Ok(kept.values().filter(is_meant).cloned().collect())
    }
    fn enumerate_rps(&self) -> Result<Vec<(String, Option<String>, usize)>> {
        let mut rps: BTreeMap<String, (Option<String>, usize)> = BTreeMap::new();
        for one in self.credentials.lock().unwrap().values() {
            rps.entry(one.rp.id.clone()).or_insert((one.rp.name.clone(), 0)).1 += 1;
        }
        Ok(rps.into_iter().map(|(id, (name, count))| (id, name, count)).collect())
    }
    fn credential_count(&self) -> Result<usize> {
        Ok(self.credentials.lock().unwrap().len())
    }
    fn get_timestamp_ms(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
    }
}

struct Key(Authenticator<Person>);

impl CommandHandler for Key {
    fn handle_command(&mut self, command: Cmd, data: &[u8]) -> soft_fido2_transport::Result<Vec<u8>> {
        if command != Cmd::Cbor {
            return Err(soft_fido2_transport::Error::InvalidCommand);
        }
        let mut answer = Vec::new();
        match self.0.handle(data, &mut answer) {
            Ok(_) => Ok(answer),
            Err(error) => {
                eprintln!("soft-fido2: command {:#04x}: {error:?}", data.first().copied().unwrap_or(0));
                Ok(vec![0x7f])
            }
        }
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("soft-fido2-key PATH");
    let config = AuthenticatorConfig::builder()
        .commands(vec![
            CtapCommand::MakeCredential,
            CtapCommand::GetAssertion,
            CtapCommand::GetInfo,
            CtapCommand::ClientPin,
            CtapCommand::Reset,
            CtapCommand::CredentialManagement,
            CtapCommand::Selection,
        ])
        .options(
            AuthenticatorOptions::new()
                .with_resident_keys(true)
                .with_client_pin(Some(false))
                .with_pin_uv_auth_token(Some(true))
                .with_credential_management(Some(true)),
        )
        .extensions(vec!["credProtect".to_string(), "hmac-secret".to_string()])
        .build();
    let key = Authenticator::with_config(Person::default(), config).expect("a key");
    let mut handler = CtapHidHandler::new(Key(key));
    let listener = UnixListener::bind(path).expect("a free path");
    println!("listening");
    for client in listener.incoming() {
        let mut client = client.expect("a client");
        let mut report = [0u8; 64];
        while client.read_exact(&mut report).is_ok() {
            for packet in handler.process_packet(Packet::from_bytes(report)).unwrap_or_default() {
                if client.write_all(packet.as_bytes()).is_err() {
                    break;
                }
            }
        }
    }
}
