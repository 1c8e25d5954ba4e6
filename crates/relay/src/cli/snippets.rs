use url::Url;

/// Both log the address of a request that failed unless they are told not to, and a push's address is
/// a secret. Caddy is told for all of its sites at once.
const CADDY_LOG: &str = "{
    log {
        format filter {
            wrap console
            fields {
                request>uri delete
            }
        }
    }
}";

/// What a reverse proxy in front of the relay has to be told. Neither keeps a log of its requests. A
/// poll is held for up to a minute.
pub(crate) fn for_proxies(public_url: &Url, listen: &str) -> String {
    let host = public_url.host_str().unwrap_or("relay.example");
    let site = match public_url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let port = public_url.port_or_known_default().unwrap_or(443);
    let path = public_url.path().trim_end_matches('/');
    let caddy = match path {
        "" => format!("    reverse_proxy {listen}\n"),
        path => {
            format!("    handle_path {path}/* {{\n        reverse_proxy {listen}\n    }}\n")
        }
    };
    format!(
        "Caddy (it gets the certificate by itself):\n\n\
         {CADDY_LOG}\n\n\
         {site} {{\n{caddy}}}\n\n\
         nginx:\n\n\
         server {{\n\
         \x20   listen {port} ssl;\n\
         \x20   server_name {host};\n\
         \x20   ssl_certificate     /etc/letsencrypt/live/{host}/fullchain.pem;\n\
         \x20   ssl_certificate_key /etc/letsencrypt/live/{host}/privkey.pem;\n\
         \x20   access_log off;\n\
         \x20   error_log /var/log/nginx/error.log emerg;\n\
         \x20   location {path}/ {{\n\
         \x20       proxy_pass http://{listen}/;\n\
         \x20       proxy_http_version 1.1;\n\
         \x20       proxy_set_header Connection \"\";\n\
         \x20       proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         \x20       proxy_read_timeout 90s;\n\
         \x20   }}\n\
         }}\n"
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "https://relay.example",
        "relay.example {\n    reverse_proxy 127.0.0.1:8787\n}",
        "location / {"
    )]
    #[case(
        "https://relay.example:8443",
        "relay.example:8443 {",
        "listen 8443 ssl;"
    )]
    #[case(
        "https://relay.example/bohao/",
        "handle_path /bohao/* {",
        "location /bohao/ {"
    )]
    fn the_proxies_are_told_the_public_address(
        #[case] url: &str,
        #[case] caddy: &str,
        #[case] nginx: &str,
    ) {
        let text = for_proxies(&Url::parse(url).unwrap(), "127.0.0.1:8787");
        for part in [
            caddy,
            nginx,
            "proxy_pass http://127.0.0.1:8787/;",
            "access_log off;",
            "error.log emerg;",
            "request>uri delete",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}
