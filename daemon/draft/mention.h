#pragma once

/*
 * Private to draft/: finds where a text speaks of an event, and how: as the subject of a verb, or by the
 * way.
 */

#include "draft/date.h"
#include "draft/lexicon.h"

typedef enum MentionRole {
        MENTION_PLAIN,    /* "участники форума" */
        MENTION_SUBJECT,  /* "форум пройдет" */
        MENTION_OBJECT,   /* "проведет форум" */
        MENTION_ATTENDED, /* "приняли участие в форуме" */
        MENTION_LISTED,   /* an item of a list or programme, or a heading */
} MentionRole;

typedef struct Mention {
        size_t head, head_end;   /* tokens of the event's word */
        size_t first, end;       /* of the whole name */
        size_t quote, quote_end; /* of a name in quotation marks, without them; equal for none */
        bool has_own_name; /* the quotation is the name of the event, and not of a place or body in it */
        int value;         /* of WORD_EVENT */
        MentionRole role;
        Tense tense;
        size_t verb;   /* token of the verb; SIZE_MAX for none */
        bool is_frame; /* "в рамках форума" */
        bool is_heading;
        bool is_name_alone; /* a name without the word of a kind: «Иннопром-2025» */
        bool has_pronoun;   /* "эта сессия" */
        bool is_indirect;   /* "участники форума" */
        bool is_visit;      /* a verb of visiting: the place that follows is visited */
        bool has_people;    /* with is_visit: the text tells of a delegation or a person with a post */
        bool is_oblique;    /* after a preposition, as in "на выставке" */
        bool has_adjectives;
        bool is_item;   /* a line of a programme, with its time */
        bool is_joined; /* to the mention before, whose verb and date it shares */
        size_t event;   /* for draft/assemble, as the following ones */
        size_t date;    /* SIZE_MAX for none */
        bool has_shared_date; /* "с 9 по 12 июня пройдут два мероприятия: выставка и съезд" */
        int score;
} Mention;

/**
 * mention_is_named() - whether a quotation beside the event's word is its name, and not that of a place or
 * body
 */
static inline bool mention_is_named(const Mention *mention)
{
        return mention->is_name_alone || mention->has_own_name;
}

typedef struct MentionList {
        Mention *mentions;
        size_t n;
} MentionList;

/** mention_list_init() - find the mentions of a marked text. Return: 0 or -ENOMEM. */
int mention_list_init(const TokenText *text, MentionList *ret);
void mention_list_done(MentionList *list);

/**
 * mention_is_background() - 2 if the sentence of a token tells of something earlier, 1 if it may, else 0
 */
int mention_is_background(const TokenText *text, size_t at);

/**
 * mention_begins_with_pronoun() - whether a token, the first of a sentence, stands for what was told
 * before
 */
bool mention_begins_with_pronoun(const TokenText *text, size_t at);

/** mention_quote_end() - the closing mark of the quotation that opens at a token; 0 if there is none */
size_t mention_quote_end(const TokenText *text, size_t at);
