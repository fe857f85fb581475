#include "office/import-page.h"

#include "base/base64.h"
#include "base/charset.h"
#include "office/collections.h"
#include "office/import-preview.h"
#include "office/layout.h"
#include "office/listing.h"
#include "people/phrases.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PATH "/office/" IMPORT_PAGE

enum { BAD = 422, TOO_LARGE = 413 };

static const struct {
        const char *name, *label;
} charsets[] = {
        { "UTF-8", "UTF-8" },
        { "WINDOWS-1251", "Windows-1251" },
        { "KOI8-R", "KOI8-R" },
        { "CP866", "CP866" },
        { "UTF-16", "UTF-16" },
};

enum { N_CHARSETS = sizeof(charsets) / sizeof(*charsets) };

static void write_charset(OfficeCall *call)
{
        FormChoice choices[N_CHARSETS + 1] = { { "", call->strings->import_auto, call->view.tag } };
        for (size_t i = 0; i < N_CHARSETS; i++)
                choices[i + 1] = (FormChoice){ charsets[i].name, charsets[i].label, "en" };
        form_select(call, NULL,
                        &(FormField){ .name = "charset",
                                        .label = call->strings->import_charset,
                                        .value = office_is_post(call) ? office_form(call, "charset") : "",
                                        .is_short = true },
                        choices, N_CHARSETS + 1);
}

static int reply_form(OfficeCall *call, const FormFaults *faults, int status)
{
        const OfficeStrings *strings = call->strings;
        office_begin(call, OFFICE_PEOPLE, strings->import_title);
        form_faults(call, faults);
        buffer_puts(&call->out, "<form method=\"post\" action=\"" PATH
                                "\" enctype=\"multipart/form-data\" class=\"card form narrow\">\n");
        form_hidden(call, "csrf", call->csrf);
        form_field(call, faults,
                        &(FormField){ .name = "file",
                                        .label = strings->import_file,
                                        .note = strings->import_note,
                                        .type = "file",
                                        .required = true });
        write_charset(call);
        form_submit(call, NULL, NULL, NULL, strings->import_read);
        form_end(call);
        office_end(call);
        return office_reply(call, status);
}

/* ---- Reading ---- */

/* Takes the file that was sent, or the one that the preview carries. */
static int take_file(ImportPreview *preview)
{
        size_t len;
        const char *carried = office_form(preview->call, "data");
        const char *sent = http_request_form_bytes(preview->call->request, "file", &len);
        if (*carried)
                return base64_decode(&preview->bytes, carried, strlen(carried));
        buffer_append(&preview->bytes, sent ? sent : "", len);
        return buffer_error(&preview->bytes);
}

static int read_sheet(ImportPreview *preview, FormFaults *faults)
{
        const char *charset = office_form(preview->call, "charset");
        const SheetOptions options = { .charset = charset_is(charset) ? charset : NULL };
        InputError error = { 0 };
        char text[600];
        int r = sheet_read(
                        buffer_text(&preview->bytes), preview->bytes.len, &options, &preview->sheet, &error);
        if (r == 0 && sheet_rows(preview->sheet) == 0)
                form_fault(faults, "file", preview->call->strings->import_empty);
        if (r != SHEET_E_INVALID)
                return r;
        input_error_format(&error, NULL, text, sizeof(text));
        form_fault(faults, "file", text);
        return 0;
}

/* ---- Storing ---- */

static int list(const ImportPreview *preview, const ListingChoice *listing)
{
        const PeopleImport *plan = &preview->plan;
        int r = 0;
        for (size_t i = 0; r == 0 && i < plan->n; i++)
                if (plan->rows[i].contact != 0 && plan->rows[i].action != PEOPLE_SKIPPED)
                        r = subscription_put(preview->call->store, plan->rows[i].contact, listing->scope,
                                        listing->target, "", preview->call->now);
        return r;
}

static int apply(ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        ListingChoice listing = { .target = NULL };
        int r = *office_form(call, "listing") ? listing_read(call, &listing) : 0;
        if (r == 0)
                r = people_import_apply(call->store, &preview->plan, NULL, call->now);
        if (r == 0 && listing.target)
                r = list(preview, &listing);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : office_redirect(call, "/office/people", "people-imported");
}

static int find_books(ImportPreview *preview)
{
        int r = collections_readable(preview->call, true, &preview->readable);
        if (r == 0)
                r = collections_writable(preview->call, true, &preview->writable);
        preview->options.readable = buffer_text(&preview->readable);
        preview->options.writable = buffer_text(&preview->writable);
        return r;
}

/* Makes the plan in the transaction in which it may be carried out. */
static int plan(ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        int r = store_begin_write(call->store);
        if (r == 0)
                r = collection_ensure(call->store, COLLECTION_CONTACTS, true, NULL);
        if (r == 0)
                r = office_may_write(call, COLLECTION_CONTACTS);
        if (r == 0)
                r = find_books(preview);
        if (r == 0)
                r = people_import_plan(
                                call->store, preview->sheet, &preview->options, call->now, &preview->plan);
        if (r != 0)
                return r;
        bool is_wanted = strcmp(office_form(call, "act"), "import") == 0;
        if (is_wanted && preview->faults.n == 0 && preview->plan.n > 0 &&
                        people_import_is_complete(&preview->plan))
                return apply(preview);
        store_rollback(call->store);
        return import_preview_reply(preview, is_wanted ? BAD : 200);
}

static int read_and_plan(ImportPreview *preview)
{
        OfficeCall *call = preview->call;
        FormFaults faults = { .n = 0 };
        int r = take_file(preview);
        if (r == -EFBIG) {
                form_fault(&faults, "file", call->strings->import_too_large);
                r = 0;
        }
        if (r == 0 && faults.n == 0)
                r = read_sheet(preview, &faults);
        if (r == 0 && faults.n > 0)
                r = reply_form(call, &faults, BAD);
        else if (r == 0)
                r = import_preview_match(preview);
        bool is_read = r == 0 && faults.n == 0;
        form_faults_done(&faults);
        return is_read ? plan(preview) : r;
}

static int on_post(OfficeCall *call)
{
        CLEANUP(import_preview_done) ImportPreview preview;
        import_preview_init(&preview, call);
        /* The faults of the table are told in the reader's language. */
        phrase_speak_here(phrases_of(call->view.language));
        int r = read_and_plan(&preview);
        phrase_speak_here(NULL);
        return r == -EINVAL ? OFFICE_E_FORM : r;
}

static int on_import(OfficeCall *call)
{
        return office_is_post(call) ? on_post(call) : reply_form(call, &(FormFaults){ .n = 0 }, 200);
}

const OfficeRow import_page_rows[] = {
        { IMPORT_PAGE, true, HTTP_GET | HTTP_POST, ACCOUNT_EDITOR, on_import },
        { NULL, false, 0, 0, NULL },
};
