#include "dav/method-get.h"

#include "contact/convert.h"
#include "dav/account-page.h"
#include "dav/address-data.h"
#include "dav/tree.h"

#include "http/date.h"
#include "store/object.h"

#include <string.h>

enum { PAGE_MAX_BYTES = 1024 * 1024, STATUS_OK = 200, STATUS_NOT_FOUND = 404 };

static int reply_account(const DavCall *call)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        int r = account_page_write(
                        call->store, call->view.login, http_request_language(call->request, NULL), &page);
        return r != 0 ? r
                      : http_reply_page(call->request, STATUS_OK, "text/plain; charset=utf-8",
                                        buffer_text(&page), page.len);
}

/*
 * Makes a card in the version that the client accepts (RFC 6352, 5.1.1). Its entity tag is the same in both:
 * it is that of the text as it is stored, on which a client makes its next PUT depend.
 */
static int make_card(const DavCall *call, ObjectRecord *record, Buffer *out,
                char type[static DAV_MEDIA_TYPE_SIZE])
{
        CardVersion version = address_data_accepted(http_request_header(call->request, "Accept"));
        int r = card_convert(record->text, record->len, version, out);
        if (r < 0)
                return r;
        if (r > 0)
                return 0;
        record->text = buffer_text(out);
        record->len = out->len;
        if (version == CARD_VERSION_4)
                strncat(type, "; version=4.0", DAV_MEDIA_TYPE_SIZE - strlen(type) - 1);
        return 0;
}

static int reply_object(const DavCall *call, const ObjectRecord *stored)
{
        CLEANUP(buffer_done) Buffer card = BUFFER_INIT(CARD_CONVERTED_MAX_BYTES);
        const DavMember member = member_of_record(stored);
        bool is_card = call->view.resource.kind == DAV_CARD;
        ObjectRecord sent = *stored, *record = &sent;
        char etag[DAV_ETAG_SIZE], type[DAV_MEDIA_TYPE_SIZE], modified[HTTP_DATE_SIZE];
        const HttpHeader headers[] = { { "ETag", etag }, { "Last-Modified", modified },
                { "Cache-Control", "private, no-cache" }, { "Vary", is_card ? "Accept" : NULL },
                { NULL, NULL } };
        member_etag(&member, etag);
        member_media_type(&member, type);
        http_date_format(member.changed, modified);
        int r = http_reply_unless_met(call->request, etag, member.changed);
        if (r == 0 && is_card)
                r = make_card(call, record, &card, type);
        return r != 0 ? r
                      : http_reply_send(call->request, &(HttpReply){ .status = STATUS_OK,
                                                                       .headers = headers,
                                                                       .content_type = type,
                                                                       .bytes = record->text,
                                                                       .len = record->len });
}

static int reply_member(DavCall *call)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const DavResource *resource = &call->view.resource;
        int r = object_get(call->store, call->view.collection.name, resource->member, &record);
        if (r == 0 && !(call->view.kinds & 1U << record->kind))
                r = STORE_E_NOT_FOUND;
        return r == STORE_E_NOT_FOUND ? http_reply_error(call->request, STATUS_NOT_FOUND, NULL)
               : r != 0               ? r
                                      : reply_object(call, record);
}

int method_get(DavCall *call)
{
        DavView *view = &call->view;
        int r = view->resource.kind ? tree_find(call->store, view) : STORE_E_NOT_FOUND;
        if (r == STORE_E_NOT_FOUND)
                return http_reply_error(call->request, STATUS_NOT_FOUND, NULL);
        if (r != 0)
                return r;
        return view->resource.kind & DAV_MEMBERS ? reply_member(call) : reply_account(call);
}
