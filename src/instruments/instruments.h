/* The face of instruments/: the legal documents as data, their formats, and who must have signed
 * them. docs/formats.cddl is normative. */
#ifndef ENDUSE_INSTRUMENTS_INSTRUMENTS_H
#define ENDUSE_INSTRUMENTS_INSTRUMENTS_H

#include "instruments/act.h"
#include "instruments/approval.h"
#include "instruments/certificate.h"
#include "instruments/country.h"
#include "instruments/declaration.h"
#include "instruments/delegation.h"
#include "instruments/form.h"
#include "instruments/lease.h"
#include "instruments/licence.h"
#include "instruments/login.h"
#include "instruments/order.h"
#include "instruments/receipt.h"
#include "instruments/renewal.h"
#include "instruments/return.h"
#include "instruments/roll.h"
#include "instruments/root.h"
#include "instruments/rules.h"
#include "instruments/signing.h"

#endif
