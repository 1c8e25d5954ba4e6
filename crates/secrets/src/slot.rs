/// One secret that Bohao keeps. The names are stable: what an older Bohao stored, a newer one finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// The platform account's `appKey`.
    AppKey,
    /// The platform account's `appSecret`.
    AppSecret,
    /// The relay's push URL, which goes with each dial as `return_url` and bears a token.
    PushUrl,
    /// The relay's read token.
    RelayToken,
}

impl Slot {
    /// Every slot there is.
    pub const ALL: [Slot; 4] = [
        Slot::AppKey,
        Slot::AppSecret,
        Slot::PushUrl,
        Slot::RelayToken,
    ];

    /// The name under which the keyring has it, after the profile.
    pub const fn name(self) -> &'static str {
        match self {
            Slot::AppKey => "app-key",
            Slot::AppSecret => "app-secret",
            Slot::PushUrl => "push-url",
            Slot::RelayToken => "relay-token",
        }
    }

    /// The environment variable that stands over whatever is stored.
    pub const fn variable(self) -> &'static str {
        match self {
            Slot::AppKey => "BOHAO_APP_KEY",
            Slot::AppSecret => "BOHAO_APP_SECRET",
            Slot::PushUrl => "BOHAO_PUSH_URL",
            Slot::RelayToken => "BOHAO_RELAY_TOKEN",
        }
    }
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
