/* The contents of all kinds of files. */
#ifndef ENDUSE_AUTHORITY_FILES_H
#define ENDUSE_AUTHORITY_FILES_H

#include "authority/account.h"
#include "authority/agency.h"
#include "authority/application.h"
#include "authority/body.h"
#include "authority/campaign.h"
#include "authority/case.h"
#include "authority/certificate.h"
#include "authority/complainant.h"
#include "authority/country.h"
#include "authority/delegation.h"
#include "authority/exporter.h"
#include "authority/form.h"
#include "authority/inspection.h"
#include "authority/installation.h"
#include "authority/licence.h"
#include "authority/order.h"
#include "authority/product.h"
#include "authority/ruling.h"
#include "authority/schedule.h"
#include "authority/settings.h"
#include "authority/signal.h"
#include "authority/usage.h"
#include "authority/withdrawal.h"

#endif
