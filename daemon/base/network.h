#pragma once

/*
 * IP addresses and networks (`10.0.0.0/8`, `2001:db8::/32`, one address alone). An IPv4 address mapped into
 * IPv6 is treated as that IPv4 address.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

enum {
        ADDRESS_TEXT_BYTES = INET6_ADDRSTRLEN,
        /* Prefix lengths of the network that counts as one client: with IPv6 a client may have a /56. */
        ADDRESS_CLIENT4_BITS = 32,
        ADDRESS_CLIENT6_BITS = 56,
};

typedef struct Address {
        int family; /* AF_INET or AF_INET6; AF_UNIX for a peer on a unix socket, which has no bytes */
        unsigned char bytes[16];
} Address;

typedef struct Network {
        Address address;
        int bits; /* the prefix length */
} Network;

/** address_parse() - parse a numeric address. Return: 0 or -EINVAL. */
int address_parse(const char *text, Address *ret);
/** address_of() - get the address of a socket address. Return: 0, or -EINVAL for another family. */
int address_of(const struct sockaddr *socket_address, Address *ret);
void address_format(const Address *address, char ret[static ADDRESS_TEXT_BYTES]);

/**
 * address_network() - get the first address of the network that an address is in
 * @bits4: the network's prefix length for IPv4
 * @bits6: the network's prefix length for IPv6
 */
Address address_network(const Address *address, int bits4, int bits6);

/**
 * network_parse() - parse a network or a single address. Return: 0 or -EINVAL, also if bits after the
 * prefix are set (10.0.0.1/8).
 */
int network_parse(const char *text, Network *ret);
bool network_has(const Network *network, const Address *address);

/**
 * address_is_public() - whether an address belongs to the public Internet: not to this machine, to a private
 * network or to another special use (RFC 6890 and its registries at IANA)
 *
 * IPv6 addresses that contain an IPv4 address (NAT64, 6to4, Teredo) are not public either, because the IPv4
 * address may be private.
 */
bool address_is_public(const Address *address);
