/* The face of http/: a server and router over libmicrohttpd, a client over libcurl, and the
 * escaping that pages are written with. No domain: what a path means is its owner's matter.
 *
 * Three meson dependencies, so that a guard does not link a server: http_server_dep,
 * http_client_dep, http_page_dep.
 */
#ifndef ENDUSE_HTTP_HTTP_H
#define ENDUSE_HTTP_HTTP_H

#include "http/asset.h"
#include "http/client.h"
#include "http/page.h"
#include "http/request.h"
#include "http/response.h"
#include "http/server.h"
#include "http/stream.h"

#endif
