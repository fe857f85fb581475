#pragma once

/*
 * The configuration: one libconfig file. Static tables (config/keys.h) define the type, the default and the
 * bounds of each key: the reader of the file uses them, and the manual page's list of keys and
 * conf/convened.conf are written from them. A Config never changes after it was read, and threads share it
 * by reference.
 */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"
#include "base/language.h"
#include "base/time.h"
#include "calendar/lead.h"
#include "calendar/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A text in the languages of the program, by Language; NULL in each language that has none. */
typedef struct ConfigText {
        const char *by_language[LANGUAGES_N];
} ConfigText;

/** Names of files in PEM form; both are "" if there is no TLS. */
typedef struct ConfigTls {
        const char *certificate; /* followed by its chain */
        const char *key;
} ConfigTls;

typedef struct ConfigKind {
        const char *name;  /* [a-z0-9-]+: the CATEGORIES value in lower case; the feed is /NAME.ics */
        ConfigText title;  /* of its events together: "Sessions" */
        ConfigText one;    /* of one event: "Session" */
        ConfigText about;  /* what mail is about: "about sessions" */
        const char *color; /* a CSS3 colour name, NULL for none */
        const Lead *remind;
        size_t n_remind;
} ConfigKind;

enum {
        CONFIG_BOUNCE_LOCAL_MAX = 27
}; /* octets before the @ of bounces.address: 64 are allowed, and the tag needs 37 of them */

typedef struct ConfigTemplate ConfigTemplate; /* config/template.h */

enum { CONFIG_RATES_MAX = 8 };

/** At most `n` mails in any period of this length. */
typedef struct ConfigRate {
        int n;
        usec_t period;
} ConfigRate;

typedef struct ConfigRates {
        int per_minute; /* spread evenly; 0 for no such limit */
        const ConfigRate *limits;
        size_t n; /* of `limits`; all of them hold at once */
} ConfigRates;

typedef struct Config {
        const char *store; /* "sqlite:PATH", or a URI of PostgreSQL without a password */
        const char *time_zone_name;
        const Zone *time_zone;
        const char *language; /* a tag, of a language that the program speaks (base/language.h) */

        struct {
                const char *const *listen; /* "ADDRESS:PORT", "[ADDRESS6]:PORT" */
                size_t n_listen;
                const char *const *trusted_proxies; /* networks */
                size_t n_trusted_proxies;
                const char *const *status_from; /* networks */
                size_t n_status_from;
                const char *base_url; /* without a final slash */
                uint8_t compress;     /* a set of CODING_BIT() */
                bool access_log;
                int threads;
                int connections;             /* maximum over all listeners */
                int connections_per_address; /* 0 for no limit */
                usec_t idle_timeout;
                usec_t request_timeout;
                ConfigTls tls; /* of the listeners on TCP */
        } http;

        struct {
                const char *realm;
                usec_t remember;            /* how long a verified password is remembered */
                int failures;               /* wrong passwords of an address before it must wait */
                usec_t failure_wait;        /* the longest time that such an address must wait */
                const char *proxy_header;   /* "" for none */
                const char *command_socket; /* a path; "" for none */
                bool basic_without_tls;
        } auth;

        struct {
                int quota;             /* MiB in the collections of one account; 0 for no limit */
                usec_t report_time;    /* of the processor, that one request may take */
                usec_t deletions_keep; /* how long tombstones are kept */
        } dav;

        struct {
                bool deliver;         /* false: the ledger is kept, but no mail is sent */
                const char *url;      /* "smtp://HOST:PORT", "smtps://...", "unix:/PATH" */
                const char *from;     /* an address, or `Name <address>` */
                const char *reply_to; /* "" for none */
                const char *username; /* "" for no authentication */
                const char *password_file;
                const char *token_file;    /* "" for a password; read for each connection */
                const char *token_command; /* a program that prints a token; "" for none */
                const char *helo;          /* "" for the machine's name */
                const char *ca_file;       /* "" for the system's */
                bool starttls;   /* required, except for a server on this machine without a password */
                int connections; /* to the mail server */
                ConfigRates rate;
                const char *templates; /* directory of the office's own texts; "" for none */
                const char *late; /* "send" or "skip": reminders due before event or subscription existed */
                usec_t settle; /* a notice waits until an event has not been changed for this time; PT10M */
                ConfigText footer;    /* lines of the office at the end of each mail; empty for none */
                usec_t reply_timeout; /* how long the server may take for one reply; PT10M */
                usec_t retry_unknown; /* minimum delay before an UNKNOWN mail is sent again; PT15M */
                usec_t keep;          /* how long the ledger keeps a whole row after the event; P14D */
                usec_t keep_text;     /* how long it keeps the text of a sent mail, with the row; P14D */
        } mail;

        const ConfigKind *kinds;
        size_t n_kinds;

        const ConfigTemplate *templates; /* of mail.templates */
        size_t n_templates;

        struct {
                bool enabled;
                const char *collection; /* the address book for new contacts */
                int per_address;        /* confirmation mails a day, at most */
                int per_network;        /* confirmation mails a day to one /24 or /56, at most */
                int per_day;            /* confirmation mails a day in total, at most */
                usec_t expires;         /* how long a confirmation link is valid */
        } signup;

        struct {
                usec_t confirm_within; /* how long a slot is held until the address is confirmed; PT30M */
                usec_t answer_within;  /* for the host's answer, and for the visitor's choice; P3D */
                usec_t keep;           /* of a meeting after its end; P14D */
                usec_t fetch_every;    /* between two fetches of a host's free-busy; PT15M */
                const char *const *fetch_from; /* networks that are not public but may be fetched from */
                size_t n_fetch_from;
        } meetings;

        struct {
                const char *address; /* for returned mails, with a tag for each mail; "" for the sender's */
                int soft_days;       /* if mail fails on this many days within soft_period, mail stops */
                usec_t soft_period;
                const char *mailbox; /* a URL; "" for none */
                const char *username, *password_file, *ca_file;
                bool starttls;
                usec_t interval; /* between two readings of the mailbox */
        } bounces;

        struct {
                Duration past, future;         /* the window of events in a feed */
                const char *refresh;           /* as written: "PT1H" */
                usec_t max_age;                /* of Cache-Control */
                ConfigText title, description; /* of /all.ics */
        } feed;

        struct {
                bool drafts;                   /* pages and the Atom feed show events without a date */
                ConfigText publisher, address; /* of the office that publishes the calendar */
                const char *mail;              /* its address for mail; "" for none */
                const char *privacy;           /* the URL of its privacy notice; "" for none */
                const char *const *embed_from; /* origins whose pages may show /embed; "*" for all */
                size_t n_embed_from;
                const char *images; /* directory of the office's own pictures; "" for none */
        } site;

        struct {
                usec_t keep;  /* of the rows; P400D */
                usec_t trash; /* of a deleted object; P90D */
        } history;

        struct {
                bool automatic; /* writing a meeting invites its participants, if mail leaves */
        } scheduling;
        struct {
                bool addresses; /* the journal may name contacts' addresses */
        } log;
} Config;

enum {
        CONFIG_E_INVALID = CONDITIONS_CONFIG + 1, /* each fault was passed to on_error */
};

/**
 * config_read() - read and check a file
 * @zones:    borrowed, must outlive the Config
 * @on_error: called for each fault with the InputError (line, key, message) and the file, which may be an
 *            included one; may be NULL
 * @ret:      release it with config_unref(); NULL on failure
 *
 * Return: 0, CONFIG_E_INVALID, negative errno if the file could not be read.
 */
int config_read(const char *path, ZoneTable *zones,
                void (*on_error)(const char *file, const InputError *error, void *userdata), void *userdata,
                Config **ret);
Config *config_ref(Config *config);
Config *config_unref(Config *config);
DEFINE_CLEANUP(Config, config_unrefp, config_unref)

/**
 * config_where() - find where a key is set, for messages about its value
 * @ret_line: 0 if the key is not set and has its default
 *
 * Return: the included file that sets the key, borrowed from @config; NULL for the file that config_read()
 * was given.
 */
const char *config_where(const Config *config, const char *key, size_t *ret_line);

/**
 * config_restart_keys() - call @on_key for each changed key that takes effect only when the program starts
 * @started: the configuration with which the program was started
 */
void config_restart_keys(const Config *started, const Config *config,
                void (*on_key)(const char *key, void *userdata), void *userdata);

/** config_kind() - find the kind with the name @category, ignoring case; NULL if there is none. */
const ConfigKind *config_kind(const Config *config, const char *category);

/**
 * config_kind_one() - the title of one event of a kind; the kind's title if it has none in @language (a
 * tag)
 */
const char *config_kind_one(const ConfigKind *kind, const char *language);

/** config_kind_about() - the words "about sessions" in @language (a tag); NULL if the kind has none in it */
const char *config_kind_about(const ConfigKind *kind, const char *language);

/**
 * config_text() - choose the text in @language (a tag), else in LANGUAGE_FALLBACK, else in any language,
 * else "".
 */
const char *config_text(const ConfigText *text, const char *language);

/**
 * config_write_defaults() - append the documented file with all defaults; conf/convened.conf differs from it
 * only in the title of the office's calendar
 */
void config_write_defaults(Buffer *out);

/** config_write_mdoc() - append the manual page's list of keys */
void config_write_mdoc(Buffer *out);
