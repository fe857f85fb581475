#pragma once

/* An object that a request puts into a collection: that of a PUT, a POST, a COPY or a MOVE. */

#include "dav/call.h"
#include "dav/object-check.h"

typedef struct Put {
        DavCall *call; /* its view is that of the target: the collection was found */
        ObjectContent content;
        CheckedObject object;
        unsigned kinds;    /* of the collection, for which the object was checked */
        bool is_published; /* the object is a draft that becomes an event, whose text is `published` */
        Buffer published;
        Buffer taken;    /* the text of the office in place of the client's (put_take_text()) */
        bool is_changed; /* the stored text is not the client's: no ETag (RFC 4791, 5.3.4) */
        ObjectOutcome outcome;
        /* the client saw no member of this name; there may have been a draft, which it does not see */
        bool is_new;
} Put;

/**
 * put_read() - read the object, and check it for the target
 * @put:        `call` is set
 * @media_type: of the bytes; NULL if it is not known. The bytes are borrowed.
 *
 * Return: 0, HTTP_E_REPLIED after a refusal, negative errno.
 */
int put_read(Put *put, const char *media_type, const char *bytes, size_t len);

/**
 * put_take_text() - as put_read(), with a text of the office in place of that of the client
 * @text: copied, because the reply may have it
 */
int put_take_text(Put *put, const char *text, size_t len);

/** put_read_draft() - as put_read() for a draft that becomes an event, whatever its status is */
int put_read_draft(Put *put, const char *bytes, size_t len);
void put_done(Put *put);

/** put_find_stored() - read the member as it was stored; none if it has become one of another collection */
int put_find_stored(Put *put);

/** put_take_name() - set the name of a member in the DavView @userdata */
int put_take_name(const ObjectHead *head, void *userdata);

/**
 * put_refuse_uid() - reply that the UID is that of another member, or that the member has another UID
 * Return: HTTP_E_REPLIED, a condition of the store, negative errno.
 */
int put_refuse_uid(const Put *put);

/**
 * put_store() - write the object in an open transaction
 *
 * A new member without a name in the view gets one from its UID, which no member may have yet. The object is
 * checked again if the collection was made again after put_read(), for other kinds of objects.
 *
 * Return: 0, HTTP_E_REPLIED after a refusal, a condition of the store, negative errno.
 */
int put_store(Put *put);
