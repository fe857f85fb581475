#pragma once

/*
 * These functions are the common steps of the methods that write a member: find it, and check the rights
 * and the conditions of the request, all in one write transaction. Each function returns 0; HTTP_E_REPLIED
 * if it has refused the request, which the method returns; a condition of the store; or negative errno.
 */

#include "dav/call.h"
#include "dav/tree.h"

/** target_is_member() - refuse a resource that is not a member, or one of an inbox; needs no transaction */
int target_is_member(DavCall *call);

/** target_refuse_method() - reply that a resource does not have the method; needs no transaction */
int target_refuse_method(DavCall *call);

/**
 * target_find() - find the member and its collection as the account sees them
 *
 * If only the member is missing, `view.member.id` is 0. If there is no such collection, the request is
 * refused with 409 (RFC 4918, 9.7.1).
 */
int target_find(DavCall *call);

/**
 * target_need() - refuse an account that may not write to the collection (RFC 3744, 7.1.1)
 * @privilege: the privilege that the reply names: "D:write-content" is one of the member, "D:bind" and
 *             "D:unbind" are privileges of its collection
 */
int target_need(DavCall *call, const char *privilege);

/**
 * target_refuse() - refuse an account that lacks a privilege of a resource
 * target_refuse_in_home() - the same for the home of the collection in the view, in which collections are
 * made and from which they are deleted
 */
int target_refuse(const DavCall *call, const DavResource *resource, const char *privilege);
int target_refuse_in_home(const DavCall *call, const char *privilege);

/**
 * target_unless_met() - evaluate the conditions of the request for the member (http_reply_unless_met()), or
 * for another resource, which is there and has no entity tag
 *
 * After them comes the field If (dav/if-header.h), whose resources are those that the account sees.
 * If-Schedule-Tag-Match (RFC 6638, 8.3) is met if it has the schedule tag of the member. If the client
 * prefers return=representation, the refusal has the member as it is (RFC 8144, 3.2).
 */
int target_unless_met(DavCall *call);

/** target_unless_met_by_none() - the same for a resource that is not there yet */
int target_unless_met_by_none(DavCall *call);

/**
 * target_delete() - delete the member of the view, which is there, in an open transaction
 *
 * Contacts hear of the deletion of an event after the settling time, because a program may put the event
 * again at once, such as in another calendar. Until they have heard, it stays as a cancelled event, which
 * programs do not see (remind/deletion.h, store/object-hide.h).
 */
int target_delete(DavCall *call);

/** target_replied() - HTTP_E_REPLIED for the result 0 of a reply; otherwise the negative errno */
int target_replied(int r);
