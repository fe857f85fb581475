#pragma once

/* Checks the forms of strings in a configuration, but not whether a server or a file exists. */

#include "base/language.h"

#include <stdbool.h>

#define FORM_LANGUAGE(tag) " " #tag
/** The tags of all languages as one literal, to be put after the words "one of": " en ru". */
#define FORM_LANGUAGES LANGUAGES(FORM_LANGUAGE)

/** The path of a credential that systemd passes begins with this (systemd.exec(5), LoadCredential=). */
#define FORM_CREDENTIALS "${CREDENTIALS_DIRECTORY}/"

bool form_store(const char *text);        /* sqlite:/PATH; postgresql://, no password */
bool form_file(const char *text);         /* /PATH, FORM_CREDENTIALS NAME, or "" */
bool form_path_or_none(const char *text); /* /PATH, or "" */
bool form_language(const char *text);     /* a tag of base/language.h, exactly */
bool form_late(const char *text);         /* send, skip */
bool form_listen(const char *text);       /* 127.0.0.1:8080, [::1]:8080, unix:/PATH */
bool form_coding(const char *text);       /* gzip */
bool form_network(const char *text);      /* 10.0.0.0/8, ::1 */
bool form_base_url(const char *text);     /* http or https, host, optional port and path; no final slash */
bool form_smtp_url(const char *text);     /* smtp or smtps, host, optional port; unix:/PATH */
bool form_helo(const char *text);         /* a host's name, or "" */
bool form_mailbox_url(const char *text);  /* imap or pop3, with s for TLS; maildir:/PATH; "" */
bool form_mailbox(const char *text);      /* an address in ASCII, or `Name <address>` */
bool form_web_url_or_none(const char *text);    /* http or https, host, anything without blanks; "" */
bool form_origin(const char *text);             /* http or https, host, optional port; or "*" */
bool form_address_or_none(const char *text);    /* name@example.org in ASCII, or "" */
bool form_mailbox_or_none(const char *text);    /* as form_mailbox(), or "" */
bool form_bounce_address(const char *text);     /* an address in ASCII with room for a tag, or "" */
bool form_realm(const char *text);              /* printable ASCII without quotation marks */
bool form_field_name_or_none(const char *text); /* a token of RFC 9110, 5.6.2, or "" */
bool form_kind_name(const char *text);          /* [a-z0-9-]+, at most 63, not a reserved name */
bool form_collection(const char *text);         /* [a-z0-9-]+, at most 63 */
bool form_color(const char *text);              /* letters: the name of a colour */
