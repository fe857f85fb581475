#include "office/text-versions.h"

#include "office/form.h"
#include "office/history-list.h"
#include "office/write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 128 * 1024 };

void text_versions_done(TextVersions *versions)
{
        buffer_done(&versions->text);
        free(versions->brought);
}

static int take_version(const OfficeText *text, void *userdata)
{
        TextVersions *versions = userdata;
        if (versions->newest == 0) {
                versions->newest = text->id;
                buffer_puts(&versions->text, text->text);
        }
        if (text->id == versions->wanted && !versions->brought)
                versions->brought = strdup(text->text);
        return text->id == versions->wanted && !versions->brought ? -ENOMEM : buffer_error(&versions->text);
}

int text_versions_read(OfficeCall *call, const char *name, TextVersions *ret)
{
        *ret = (TextVersions){ .name = name, .text = BUFFER_INIT(TEXT_BYTES) };
        ret->wanted = strtoll(office_form(call, "wanted"), NULL, 10);
        return office_text_versions(call->store, name, take_version, ret);
}

typedef struct VersionList {
        OfficeCall *call;
        int64_t newest;
} VersionList;

static int write_version(const OfficeText *text, void *userdata)
{
        const VersionList *list = userdata;
        OfficeCall *call = list->call;
        char id[24], newest[24];
        snprintf(id, sizeof(id), "%" PRId64, text->id);
        snprintf(newest, sizeof(newest), "%" PRId64, list->newest);
        buffer_puts(&call->out, "<tr><td class=\"when\">");
        write_time(call, text->at);
        buffer_puts(&call->out, "</td><td>");
        history_list_write_author(call, text->author, text->way);
        buffer_puts(&call->out, "</td><td><pre>");
        html_escape(&call->out, *text->text ? text->text : call->strings->text_is_removed);
        buffer_puts(&call->out, "</pre></td><td>");
        if (text->id != list->newest) {
                form_begin(call, NULL, "one");
                form_hidden(call, "version", newest);
                form_hidden(call, "action", "restore");
                form_submit(call, "wanted", id, "quiet", call->strings->text_bring_back);
                form_end(call);
        }
        buffer_puts(&call->out, "</td></tr>\n");
        return 0;
}

int text_versions_write(OfficeCall *call, const TextVersions *versions)
{
        const OfficeStrings *strings = call->strings;
        VersionList list = { call, versions->newest };
        if (versions->newest == 0)
                return 0;
        buffer_printf(&call->out,
                        "<details class=\"card\"><summary>%s</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table class=\"rows\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th><td></td></tr></thead>\n<tbody>\n",
                        strings->history, strings->history, strings->when, strings->history_who,
                        strings->text_version);
        int r = office_text_versions(call->store, versions->name, write_version, &list);
        buffer_puts(&call->out, "</tbody></table></div></details>\n");
        return r;
}
