#include "dav/method-get.h"

#include "contact/convert.h"
#include "dav/account-page.h"
#include "dav/address-data.h"
#include "dav/tree.h"

#include "http/date.h"
#include "store/object.h"

#include <string.h>

enum {
        PAGE_MAX_BYTES = 1024 * 1024,
        HREF_MAX_BYTES = 4096,
        HEADERS_MAX = 9,
        STATUS_OK = 200,
        STATUS_NOT_FOUND = 404,
        STATUS_PRECONDITION_FAILED = 412,
};

static int reply_account(const DavCall *call)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        int r = account_page_write(call->store, call->view.login, call->config->http.base_url,
                        http_request_language(call->request, NULL), &page);
        return r != 0 ? r
                      : http_reply_page(call->request, STATUS_OK, "text/plain; charset=utf-8",
                                        buffer_text(&page), page.len);
}

/*
 * Makes a card in the version that the client accepts (RFC 6352, 5.1.1). Its entity tag is the same in both:
 * it is that of the text as it is stored, on which a client makes its next PUT depend. A card that cannot be
 * converted is sent as it is stored.
 */
static int make_card(const DavCall *call, ObjectRecord *record, Buffer *out,
                char type[static DAV_MEDIA_TYPE_SIZE])
{
        CardVersion version = address_data_accepted(http_request_header(call->request, "Accept"));
        int r = card_convert(record->text, record->len, version, out);
        if (r < 0)
                return r;
        if (r == 0) {
                record->text = buffer_text(out);
                record->len = out->len;
        } else {
                version = card_version_of(record->text, record->len);
        }
        if (version == CARD_VERSION_4)
                strncat(type, "; version=4.0", DAV_MEDIA_TYPE_SIZE - strlen(type) - 1);
        return 0;
}

/* @extra: after those of the object; the last one has no name */
static int send_object(const DavCall *call, const ObjectRecord *stored, int status, const HttpHeader *extra)
{
        CLEANUP(buffer_done) Buffer card = BUFFER_INIT(CARD_CONVERTED_MAX_BYTES);
        const DavMember member = member_of_record(stored, call->view.is_masked);
        bool is_card = call->view.resource.kind == DAV_CARD;
        ObjectRecord sent = *stored;
        char etag[DAV_ETAG_SIZE], type[DAV_MEDIA_TYPE_SIZE], modified[HTTP_DATE_SIZE];
        char tag[DAV_SCHEDULE_TAG_SIZE];
        member_schedule_tag(&member, call->view.epoch, tag);
        HttpHeader headers[HEADERS_MAX] = { { "ETag", etag }, { "Last-Modified", modified },
                { "Cache-Control", "private, no-cache" }, { "Vary", is_card ? "Accept" : NULL },
                { "Schedule-Tag", tag[0] ? tag : NULL } };
        for (size_t i = 5; i < HEADERS_MAX - 1 && extra->name; i++)
                headers[i] = *extra++;
        member_etag(&member, etag);
        member_media_type(&member, type);
        http_date_format(member.changed, modified);
        int r = is_card ? make_card(call, &sent, &card, type) : 0;
        return r != 0 ? r
                      : http_reply_send(call->request, &(HttpReply){ .status = status,
                                                                       .headers = headers,
                                                                       .content_type = type,
                                                                       .bytes = sent.text,
                                                                       .len = sent.len });
}

static int reply_object(const DavCall *call, const ObjectRecord *stored)
{
        static const HttpHeader none[] = { { NULL, NULL } };
        const DavMember member = member_of_record(stored, call->view.is_masked);
        char etag[DAV_ETAG_SIZE];
        member_etag(&member, etag);
        int r = http_reply_unless_met(call->request, etag, member.changed);
        return r != 0 ? r : send_object(call, stored, STATUS_OK, none);
}

int method_get_refuse(DavCall *call)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(HREF_MAX_BYTES);
        int r = tree_read_member(call->store, &call->view, &record);
        if (r != 0)
                return r;
        dav_resource_href(&call->view.resource, call->view.prefix, &href);
        const HttpHeader headers[] = { { "Content-Location", buffer_text(&href) },
                { "Preference-Applied", "return=representation" }, { NULL, NULL } };
        return send_object(call, record, STATUS_PRECONDITION_FAILED, headers);
}

static int reply_member(DavCall *call)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = tree_read_member(call->store, &call->view, &record);
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
