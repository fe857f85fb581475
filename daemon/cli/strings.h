#pragma once

/*
 * All sentences of the command. Each language has a file strings-LANGUAGE.c (base/language.h). Sentences
 * with arguments in braces are patterns for text_message(). Interfaces to programs are not translated: the
 * names of commands, options, properties and states, JSON, exit codes, and the messages of parsers after
 * `file:line: property:`. Every field must be a string, because a test iterates over the fields.
 */

#include "base/language.h"
#include "outbox/returned.h"
#include "people/import.h"
#include "store/history.h"
#include "store/mark.h"
#include "store/node.h"
#include "store/reason.h"

/* The titles in the output of `convene show`. */
typedef enum CliTitle {
        TITLE_WHEN,
        TITLE_KIND,
        TITLE_PARENT,
        TITLE_ALIAS,
        TITLE_OTHER_NAME,
        TITLE_FILE,
        TITLE_JOIN,
        TITLE_PLACE,
        TITLE_STATUS,
        TITLE_CLASS,
        TITLE_BASIS,
        TITLE_PRECISION,
        TITLE_REPEATS,
        TITLE_MOVED,
        TITLE_CANCELLED_DAY,
        TITLE_NOTE,
        TITLE_ORGANISER,
        TITLE_PARTICIPANT,
        TITLE_REGION,
        TITLE_REGION_COUNT,
        TITLE_ASK,
        TITLE_PROGRAMME,
        TITLE_MATERIAL,
        TITLE_OUTCOME,
        TITLE_SOURCE,
        TITLE_LINK,
        TITLE_CONCEPT,
        TITLE_SOURCE_ADDRESS,
        TITLE_DESCRIPTION,
        TITLE_ROLE,
        TITLE_JOB,
        TITLE_ORGANISATION,
        TITLE_EMAIL,
        TITLE_TELEPHONE,
        TITLE_ADDRESS,
        TITLE_LANGUAGE,
        TITLE_ZONE,
        TITLE_TOWN,
        TITLE_VISITED,
        TITLE_VISIT_LIKELY,
        TITLE_PART,
        TITLE_RELATED,
        TITLE_LISTED,
        TITLE_MUTED_EVENT,
        TITLE_MUTED_KIND,
        TITLE_DIGEST,
        TITLE_QUIET,
        TITLE_CAME_BACK,
        TITLE_NO_MAIL,
        TITLE_HOST,
        TITLE_OF_EVENT,
        TITLE_HOURS,
        TITLE_LENGTH,
        TITLE_BUFFER_BEFORE,
        TITLE_BUFFER_AFTER,
        TITLE_NOTICE,
        TITLE_HORIZON,
        TITLE_DAILY_MAX,
        TITLE_SEATS,
        TITLE_CONFIRM,
        CLI_TITLE_N,
} CliTitle;

/* Names of values of iCalendar, vCard and our own properties. */
typedef enum CliWord {
        WORD_TENTATIVE,
        WORD_CONFIRMED,
        WORD_CANCELLED,
        WORD_DRAFT,
        WORD_STATED,
        WORD_PUBLISHED,
        WORD_INFERRED,
        WORD_WITHIN_PARENT,
        WORD_PUBLIC,
        WORD_PRIVATE,
        WORD_CONFIDENTIAL,
        WORD_OTHER,
        WORD_SESSION,
        WORD_EXHIBITION,
        WORD_SITE_VISIT,
        WORD_MEETING,
        WORD_INDIVIDUAL,
        WORD_LOCATION,
        WORD_ORG,
        WORD_GROUP,
        WORD_YES,
        WORD_NO,
        WORD_VENUE,
        WORD_POSSIBLE,
        WORD_ATTENDED,
        WORD_SPEAKER,
        WORD_INITIATOR,
        WORD_GREETED,
        WORD_READ_GREETING,
        WORD_GREETING_AUTHOR,
        WORD_HELD_MEETINGS,
        WORD_MET,
        WORD_SIGNED,
        WORD_QUOTED,
        WORD_SPONSOR,
        WORD_PERFORMER,
        WORD_CONTACT,
        WORD_MENTIONED, /* for a person without a manner, or with an unknown manner */
        CLI_WORD_N,
} CliWord;

/* Conditions of the store. */
typedef enum CliStoreError {
        STORE_ERROR_BUSY,
        STORE_ERROR_FULL,
        STORE_ERROR_READ_ONLY,
        STORE_ERROR_CORRUPT,
        STORE_ERROR_IO,
        STORE_ERROR_CONSTRAINT,
        STORE_ERROR_AWAY,
        STORE_ERROR_NEWER,
        STORE_ERROR_NOT_FOUND,
        STORE_ERROR_STALE,
        STORE_ERROR_CONFLICT,
        STORE_ERROR_MEETING,
        STORE_ERROR_OTHER,
        CLI_STORE_ERROR_N,
} CliStoreError;

/* Reasons why `convene set` does not set a property; with {name} */
typedef enum CliNever {
        NEVER_CHANGES,
        NEVER_SET_BY_CHANGE,
        NEVER_RISES,
        NEVER_SET_BY_DATE,
        NEVER_OF_INSTANCE,
        NEVER_ATTENDEE,
        NEVER_ORGANIZER,
        CLI_NEVER_N,
} CliNever;

enum { CLI_STATES_N = 9 /* MAIL_PENDING is the first */ };

enum { CLI_NO_SLOTS_N = 8 /* SLOT_WHY_ENDED is the first */ };

/* Results of a step of a meeting */
typedef enum CliMeetResult {
        MEET_RESULT_DONE,
        MEET_RESULT_ALREADY,
        MEET_RESULT_TAKEN,
        MEET_RESULT_TOO_LATE,
        MEET_RESULT_OLD,
        MEET_RESULT_NOT_POSSIBLE,
        MEET_RESULT_EXPIRED,
        MEET_RESULT_NO_OFFER,
        MEET_RESULT_NO_PLACE,
        MEET_RESULT_BAD_VISITOR,
        MEET_RESULT_NO_TIME,
        MEET_RESULT_UNKNOWN,
        MEET_RESULT_MOVED_OFTEN,
        MEET_RESULT_NOTICE,
        CLI_MEET_RESULT_N,
} CliMeetResult;

enum {
        CLI_MEET_STATES_N = 7 /* MEETING_HELD is the first */,
        CLI_MATCH_STATES_N = 7 /* as TimetableState */
};

/* Fields of drafts. */
typedef enum CliDraftTitle {
        DRAFT_TITLE_TITLE,
        DRAFT_TITLE_OTHER,
        DRAFT_TITLE_KIND,
        DRAFT_TITLE_DATES,
        DRAFT_TITLE_WINDOW,
        DRAFT_TITLE_TIME,
        DRAFT_TITLE_ZONE,
        DRAFT_TITLE_TOWN,
        DRAFT_TITLE_VENUE,
        DRAFT_TITLE_PART_OF,
        DRAFT_TITLE_BODY,
        DRAFT_TITLE_PERSON,
        DRAFT_TITLE_CONTACT,
        DRAFT_TITLE_N,
} CliDraftTitle;

typedef struct CliStrings {
        const char *titles[CLI_TITLE_N];
        const char *words[CLI_WORD_N];
        const char *reports[RETURNED_N_OUTCOMES]; /* results of reading a returned message */
        const char *store_errors[CLI_STORE_ERROR_N];
        const char *never[CLI_NEVER_N];
        const char *states[CLI_STATES_N]; /* of a mail */
        const char *meet_results[CLI_MEET_RESULT_N];
        const char *meet_states[CLI_MEET_STATES_N];
        const char *match_states[CLI_MATCH_STATES_N];
        const char *meet_free, *meet_proposed, *meet_until;                          /* labels of times */
        const char *meet_host, *meet_offer, *meet_place, *meet_address, *meet_topic; /* labels */
        const char *meet_clash;            /* label of another meeting that the visitor has at this time */
        const char *meet_counter;          /* label of the time that one side proposes */
        const char *meet_visitor_delegate; /* labels of a name and address */
        const char *meet_host_delegate;

        /* match */
        const char *match_open, *match_no_place; /* titles */
        const char *match_granted;               /* {granted}, {n} */
        const char *draft_titles[DRAFT_TITLE_N];
        const char *draft_none;
        const char *draft_too_large;
        const char *draft_unreadable; /* the end of a sentence that begins with the name of the file */
        const char *draft_created, *draft_updated, *draft_unchanged; /* {uid}, {title}, {date} */
        const char *draft_known;                                     /* as these */
        const char *match_not_booked;                                /* {host}, {visitor} */
        const char *bad_by;
        const char *wish_no_contact, *wish_bad_priority, *wish_own; /* {where}, {value} */

        /* Error messages */
        const char *no_zones;
        const char *output_lost;                             /* {why}, "" if it is not known */
        const char *no_store, *store_not_made, *store_older; /* {path} */
        const char *not_allowed, *not_allowed_group;         /* {path}, {why}, {owner}, {group} */
        const char *command_of_root;                         /* {command} */
        const char *command_no_account;                      /* {name} */
        const char *command_role;                            /* {name}, {role} */
        const char *command_collection;                      /* {name}, {collection} */
        const char *command_other_store;                     /* {path}, {other} */
        const char *command_lost;
        const char *several_contacts, *no_contact, *not_a_contact, *not_an_event, *damaged; /* {name} */
        const char *no_object, *no_object_or_address;                                       /* {name} */
        const char *deleted;       /* {name}, {when} */
        const char *deleted_later; /* {name} */

        /* Invalid values: {value}, {option} or {name} */
        const char *bad_date, *bad_end, *bad_zone, *bad_kind, *bad_class, *bad_notify, *bad_lead, *late_lead,
                        *bad_day, *bad_moment, *bad_hours, *bad_number, *bad_state, *bad_search,
                        *bad_calendar, *bad_name;
        const char *unclear_day;                    /* {value}, {first}, {second} */
        const char *unclear_hour, *unclear_numbers; /* {value} */
        const char *wrong_weekday;                  /* {value}, {first} */
        const char *too_long, *too_long_list, *too_many_leads, *uid_taken;
        const char *unknown_property, *own_parent, *needs_name;
        const char *bad_set_date, *date_for_time, *time_for_dates, *event_in_utc, *event_not_in_utc;
        const char *several_values;              /* {name}, {n} */
        const char *has_value, *has_no_language; /* {name} */
        const char *bad_language;                /* {value} */
        const char *add_needs_value;
        const char *draft_not_cancelled;
        const char *no_series, *no_occurrence, *several_occurrences; /* {name}, {value}: the day */
        const char *occurrence_of_days, *occurrence_of_times, *occurrence_of_range;
        const char *not_an_offer, *no_event_but_offer;                    /* {name} */
        const char *no_offer, *no_meeting, *has_no_feed, *was_not_listed; /* {name} */
        const char *no_calendar;                         /* {option}, {value}, {nearest}, {names} */
        const char *nothing_found;                       /* of a list */
        const char *bad_hours_words, *bad_buffer;        /* {option}, {value} */
        const char *host_is_group, *host_is_empty_group; /* {name}, {members} */
        const char *needs_hours, *too_many_slots;
        const char *seats_left;            /* {n}, after a place */
        const char *not_kept, *not_listed; /* the subject of an error */

        /* import, export */
        const char *is_empty, *holds_nothing, *too_large, *no_files,
                        *not_in_charset; /* after the file's name */
        const char *bad_charset;         /* {value} */
        const char *progress;            /* {n} */
        const char *nothing_kept;        /* {n} */
        const char *mended;              /* {n} lines of stored events */
        const char *imported;            /* {created}, {updated}, {unchanged}, {stale}, {refused} */
        const char *state_imported;      /* {n} records, {lost} */
        const char *exported;            /* {n}, {directory} */
        const char *exported_beside_daemon;
        const char *not_a_directory_of_ours; /* {directory} */
        const char *lost_object;             /* {name} */
        const char *lost_objects;            /* {first}, {last} */

        /* list, show */
        const char *undated;
        const char *listed_no_mail, *listed_came_back; /* in a row, in lower case */
        const char *inferred, *file_lost, *mobile,
                        *public_report;                 /* after a title or value, in parentheses */
        const char *everything, *of_kind, *of_calendar; /* {name} */
        const char *own_leads;
        const char *own_listing;
        const char *soft_bounces; /* {n} */
        const char *outside;      /* {part}, {part_dates}, {whole}, {whole_dates} */
        const char *orphan;       /* {name}, {whole} */
        const char *not_there;    /* after the UID of a parent, in parentheses */

        /* Parts of an event that was changed: {n}, {name}, {parts}, {command} */
        const char *parts_left, *parts_take_place, *parts_orphaned, *parts_stay_public;
        const char *part_is_series, *part_changed;    /* {name}, {uid} */
        const char *series_overlaps, *series_is_long; /* {name}, {length}, {distance} */
        const char *series_loses;                     /* {name}, {date} */
        const char *n_days, *n_hours, *n_minutes;     /* {n} */

        /* subscribe, preview, bounce, contact, outbox: {name}, {why} */
        const char *silent, *nothing_goes, *no_mail_then;
        /* of `why`: {date}, {rule} */
        const char *in_one_mail; /* of a row in outbox: the number {id} of the row that leads its mail */
        const char *why_sent, *why_to_come, *why_due, *why_before_start, *why_nothing_to_come,
                        *why_over; /* why_over: a {why} of nothing_goes */
        const char *returned_mail; /* {n}, {contact}, {what} */
        const char *nothing_came_back, *cleared, *still_no_mail;

        /* convene announce: {n}, {why}, {language}, {subject}, {at}, {what} */
        const char *announce_recipients, *announce_language, *announce_not, *announce_no_text,
                        *announce_no_scope;
        const char *announce_row, *announce_stopped, *announce_stop;

        /* convene contact erase; {name}, {mails}, {meetings}, {changes} */
        const char *erased, *erase_dry_run, *erase_meetings, *erase_log_waits;
        const char *merged, *merge_dry_run, *merge_host; /* {name}, {other} */

        /* convene contact import; {name}, {other}, {n} */
        const char *people_actions[PEOPLE_ACTIONS_N];
        const char *people_same_address, *people_same_name, *people_earlier;
        const char *people_columns, *people_nothing_done, *people_dry_run, *people_no_column,
                        *people_no_name, *people_bad_doubles;
        const char *contact_gone, *contact_damaged, *contact_unlisted; /* in place of a contact's UID */

        /* account */
        const char *bad_role, *bad_access, *bad_switch; /* {value}, {nearest}, {names} */
        const char *bad_account_name, *bad_label;       /* {value} */
        const char *mail_taken;                         /* {name}: a mail address */
        const char *no_account, *account_taken, *label_taken, *no_label, *no_right,
                        *no_collection; /* {name} */
        const char *password_prompt, *password_again;
        const char *password_differs, *password_none, *password_control, *password_short,
                        *password_long; /* {n}, {max} */
        const char *account_token;      /* {label}, {used}: a time, or never_yet */
        const char *account_right;      /* {collection}, {access} */
        const char *account_reads_only, *account_no_password;
        const char *account_second_factor;                  /* {n} recovery codes */
        const char *no_second_factor;                       /* {name} */
        const char *account_calendar, *account_addressbook; /* {name}: the owner's, {collection} */
        const char *account_deleted;               /* {key}, {account}, {name}, {time}, {n}: objects */
        const char *no_deleted, *name_taken_again; /* {name}: a key */

        /* log, undo, restore */
        const char *log_actions[HISTORY_N_ACTIONS], *log_ways[HISTORY_N_WAYS], *log_causes[3];
        const char *log_diff_json;
        const char *undo_changed, *undo_nothing; /* {name}: a UID, or the user */
        const char *prefix_of_several;           /* {name} */
        const char *undone, *restored;           /* {name}, {uid} */

        /* backup, restore of a store */
        const char *backed_up;                        /* {path} */
        const char *log_beside;                       /* {path}, {n}: bytes */
        const char *backup_no_store;                  /* {path} */
        const char *store_restored, *store_set_aside; /* {path} */

        /* store copy */
        const char *bad_store;      /* {value}: the place of a store, which may have a password */
        const char *copied_table;   /* {name}, {n}: rows, {digest} */
        const char *store_copied;   /* {path}, {n}: rows */
        const char *copy_repaired;  /* {n}: octets */
        const char *copy_not_empty; /* {path} */
        const char *copy_differs;   /* {path}, {table} */
        const char *copy_at_work;   /* {path} */

        /* resume */
        const char *holds, *resume_how, *not_held, *resumes_now, *resumes_at_start;

        /* check, status */
        const char *bookings_overlap;    /* {host}, {date}, {first}, {second} */
        const char *offer_without_slots; /* {offer}, {host}, {why} */
        const char *offer_without_host;  /* {why} of offer_without_slots, as are the next ones */
        const char *no_slots[CLI_NO_SLOTS_N];
        const char *large_feed;   /* {path}, {n} */
        const char *replies_lost; /* {n} */
        const char *late_mails;   /* {n} */
        const char *unindexed;    /* {n} */
        const char *held_older, *held_other, *held_missing, *held_losses, *held_ordered;
        const char *stop_daemon;
        const char *replaced;   /* {path} */
        const char *lost_row;   /* {table}, {name} */
        const char *lost_rows;  /* {table}, {first}, {last} */
        const char *lost_mails; /* {n} */
        const char *in_order;
        const char *last_check;
        const char *check_found; /* {n} */
        const char *store, *daemon, *running, *not_running, *events, *drafts, *cards, *offers, *mails, *none;
        const char *node, *node_ended; /* {name}, {version}, {time}: of the start, {jobs}, {n}: mails */
        const char *node_jobs[NODE_N_JOBS];
        const char *bounced; /* {suppressed}, {soft} */
        const char *next_look, *last_delivery, *mailbox_look, *now, *never_yet;
        const char *mailbox_fails;                 /* {why} */
        const char *sender_refused, *server_fails; /* {n}, {why} */

        /* outbox */
        const char *bad_address; /* {value} */
        const char *test_subject, *test_text, *test_sent;
        const char *test_failed; /* {why} */
        const char *retried;     /* {n} */
} CliStrings;

/** cli_strings() - the sentences of a language; static, never NULL */
const CliStrings *cli_strings(Language language);

/* The property that a value belongs to. */
typedef enum WordsOf {
        WORDS_STATUS,    /* STATUS */
        WORDS_BASIS,     /* X-CONVENED-DATE-BASIS, and X-BASIS */
        WORDS_PRECISION, /* X-CONVENED-DATE-PRECISION */
        WORDS_CLASS,     /* CLASS */
        WORDS_KIND,      /* a category without a configured title */
        WORDS_CARD,      /* a card's KIND */
        WORDS_VISITED,   /* X-CONVENED-VISITED, X-CONVENED-VISIT-LIKELY */
        WORDS_MANNER,    /* of a Participant */
} WordsOf;

/** cli_word() - the name of a value, whose case is ignored; NULL if there is none */
const char *cli_word(const CliStrings *strings, WordsOf of, const char *value);

/** cli_held() - the sentence that says why mails are held; NULL for MARK_CURRENT. */
const char *cli_held(const CliStrings *strings, MarkAge why);

/** cli_store_error() - the sentence for a condition of the store. */
const char *cli_store_error(const CliStrings *strings, int condition);
