#include "edit/texts.h"

#include "catalog/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define OTHER_TITLE "X-CONVENED-SUMMARY"

enum { PARAMS_BYTES = 8192, LANGUAGE_PARAM_SIZE = 32 };

const TextsPeople texts_speakers = {
        PARTICIPANT_MANNER_SPEAKER,
        PARTICIPANT_PEOPLE,
        { "PARTICIPANT", ";X-MANNER=" PARTICIPANT_MANNER_SPEAKER, NULL, false, EDIT_FIRST_PARAM },
        { "X-CONVENED-PERSON", ";X-MANNER=" PARTICIPANT_MANNER_SPEAKER, NULL, false, EDIT_FIRST_PARAM },
};

const TextsPeople texts_organisers = {
        PARTICIPANT_MANNER_ORGANISER,
        PARTICIPANT_ORGANISERS,
        { "PARTICIPANT", ";X-MANNER=" PARTICIPANT_MANNER_ORGANISER, NULL, false, EDIT_FIRST_PARAM },
        { "X-CONVENED-ORGANIZER", NULL, NULL, false, EDIT_NAME },
};

/* Whether the first text of SUMMARY or X-CONVENED-SUMMARY is in a language: by LANGUAGE or its letters. */
static bool is_in(const ContentLine *line, Language language)
{
        const char *tag = catalog_text_language(line);
        return strcmp(tag, language_tag(language)) == 0;
}

int texts_title(Arena *arena, const Event *event, bool is_first, Language language, const char *title,
                EditProperty *ret)
{
        char params[LANGUAGE_PARAM_SIZE];
        const ContentLine *summary = event ? event_property_line(event, "SUMMARY", 0) : NULL;
        bool is_own = summary && is_in(summary, language);
        bool is_summary = is_own || (!event && is_first);
        if (is_summary && !title[0])
                return TEXTS_E_NEEDS_TITLE;
        snprintf(params, sizeof(params), ";LANGUAGE=%s", language_tag(language));
        const char *kept = arena_copy(arena, params, strlen(params));
        if (!kept)
                return -ENOMEM;
        bool says = !is_own || content_line_param(summary, "LANGUAGE");
        *ret = (EditProperty){
                .name = is_summary ? "SUMMARY" : OTHER_TITLE,
                .params = says ? kept : NULL,
                .value = title[0] ? title : NULL,
                .text = true,
                .scope = is_summary ? EDIT_NAME : EDIT_FIRST_PARAM,
        };
        return 0;
}

static const char *decoded(Arena *arena, const ContentLine *line)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        content_unescape(&text, line->value, line->value_len);
        const char *copy = arena_copy(arena, buffer_text(&text), text.len);
        return copy ? copy : "";
}

const char *texts_title_of(Arena *arena, const Event *event, Language language)
{
        const ContentLine *summary = event_property_line(event, "SUMMARY", 0), *line = NULL;
        if (summary && is_in(summary, language))
                return decoded(arena, summary);
        while ((line = event_property_next(event, OTHER_TITLE, line)))
                if (is_in(line, language))
                        return decoded(arena, line);
        return "";
}

int texts_person(Arena *arena, const TextsPeople *people, const ParticipantText *person, bool is_beside,
                EditProperty *ret)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(PARAMS_BYTES);
        int r = participant_write(person, &lines);
        if (r == 0)
                r = buffer_error(&lines);
        const char *kept = r == 0 ? arena_copy(arena, buffer_text(&lines), lines.len) : NULL;
        if (!kept)
                return r != 0 ? r : -ENOMEM;
        *ret = people->components;
        ret->value = kept;
        ret->scope = is_beside ? EDIT_BESIDE : EDIT_FIRST_PARAM;
        return 0;
}

int texts_file(Arena *arena, const char *url, const char *name, bool is_beside, EditProperty *ret)
{
        CLEANUP(buffer_done) Buffer params = BUFFER_INIT(PARAMS_BYTES);
        if (*name)
                content_write_param(&params, "FILENAME", name);
        const char *kept = buffer_error(&params) == 0 ? arena_copy(arena, buffer_text(&params), params.len)
                                                      : NULL;
        if (!kept)
                return -ENOMEM;
        *ret = (EditProperty){ "ATTACH", kept[0] ? kept : NULL, url, false,
                is_beside ? EDIT_BESIDE : EDIT_NAME };
        return 0;
}
