#pragma once

/*
 * The options of `convene add` and `convene set` that make a property with parameters: titles in other
 * languages, speakers, organisers and files.
 */

#include "base/arena.h"
#include "calendar/edit.h"
#include "calendar/event.h"
#include "cli/command.h"

/* The rows of these options in the option tables of both commands. */
#define EVENT_OPTIONS                                                                                       \
        { "title-LANG", "TEXT", HELP_TITLE }, { "speaker", "NAME[;ROLE[;BODY]]", HELP_SPEAKER },            \
                        { "organiser", "NAME[;ROLE[;BODY]]", HELP_ADD_ORGANISER },                          \
                        { "attach", "URL", HELP_ATTACH },                                                   \
        {                                                                                                   \
                "name", "TEXT", HELP_ATTACH_NAME                                                            \
        }

enum { EVENT_OPTIONS_MAX = 128 };

/** The properties of the options; their texts are in the arena. */
typedef struct EventOptions {
        Arena arena;
        EditProperty properties[EVENT_OPTIONS_MAX + 1]; /* an entry without a name ends them */
        size_t n;
} EventOptions;

void event_options_done(EventOptions *options);

/** event_options_given() - whether the command line has one of these options */
bool event_options_given(const Cli *cli);

/** event_options_has_title() - whether a new event gets its SUMMARY from --title-LANG */
bool event_options_has_title(const Cli *cli);

/**
 * event_options_read() - make the properties
 * @event: the event to be changed, for which --add and --all count; NULL for a new event: without
 *         --summary, its SUMMARY is the title in the language of the configuration
 * Return: CLI_DONE, or an exit code after a message. In every case the caller must call
 * event_options_done().
 */
int event_options_read(Cli *cli, const Event *event, EventOptions *ret);
