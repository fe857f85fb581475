#pragma once

/*
 * The properties of an event that have parameters or are components: titles in several languages, people,
 * files. The texts of a property are in the caller's arena.
 */

#include "base/arena.h"
#include "base/language.h"
#include "calendar/edit.h"
#include "calendar/event.h"
#include "calendar/participant.h"

enum { TEXTS_E_NEEDS_TITLE = CONDITIONS_EDIT + 1 /* the event would be without its first title */ };

/**
 * texts_title() - make the property of a title: SUMMARY if that is in its language, otherwise the
 * X-CONVENED-SUMMARY in its language
 * @event:    NULL for a new one
 * @is_first: of a new event: the title becomes its SUMMARY
 * @title:    plain; "" removes it
 *
 * Return: 0, TEXTS_E_NEEDS_TITLE, -ENOMEM.
 */
int texts_title(Arena *arena, const Event *event, bool is_first, Language language, const char *title,
                EditProperty *ret);

/** texts_title_of() - the title of an event in a language, decoded; "" if it has none */
const char *texts_title_of(Arena *arena, const Event *event, Language language);

/** The people of one manner, and how they are written. */
typedef struct TextsPeople {
        const char *manner; /* of ParticipantText */
        ParticipantGroup group;
        EditProperty components; /* replaces those of the manner, if it is the first one */
        EditProperty lines;      /* replaces those in the older form, an X-CONVENED- property */
} TextsPeople;

extern const TextsPeople texts_speakers, texts_organisers;

/** texts_person() - make the property of one of them. @is_beside: those that are there stay.
 * Return: 0 or negative errno. */
int texts_person(Arena *arena, const TextsPeople *people, const ParticipantText *person, bool is_beside,
                EditProperty *ret);

/**
 * texts_file() - make the property of a file
 * @name:      what people see; "" for none
 * @is_beside: those that are there stay
 *
 * Return: 0 or -ENOMEM.
 */
int texts_file(Arena *arena, const char *url, const char *name, bool is_beside, EditProperty *ret);
