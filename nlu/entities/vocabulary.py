"""English words that are not names, whatever stands before them."""

_FUNCTION_WORDS = """
    a an the this that these those it its my our your their his her some any no every each all both another other
    one ones in on at to for from by with without within of off up into onto over under after before between about
    as and or but nor so if then than because while until when where which who whom what why how is are was were be
    been being am do does did have has had will would shall should can could may might must not i you he she we
    they me him us them please also too just only very really now soon here there something anything whatever
    someone whoever later today yes ok okay well possible usual quickly via per like such same
"""
_ORDINARY_WORDS = """
    about again ago already always around asap away back bad base based basic best better big bigger bring bucket
    buckets build busy but call certain change check clean clear close cold come copy correct create current daily
    data day days default delete deploy destroy different done down drop early easy else empty enable encrypted
    encryption end enough ever everyone everything exactly existing extra far fast few file files final find fine
    first five forever four free fresh full further get give go going gone good great half hard help high hour
    hours hundred idle immediately important instance instead job jobs keep kind large last lately least less let
    list little live long look lot made make many maybe mean message messages minute minutes month months more most
    move much multiple name named need network networks never new newest next nice nobody none nothing number
    object objects often old older oldest once online open order others out own permanently plain plan plans pretty
    previous private problem properly public queue queues quick quite random read ready real recent region related
    remove request resource resources rest right run running safe safely second secure see separate server service
    set shared short show simple simply single size small smaller somewhere sort stack stacks start started state
    status still stop storage stuff subnet subnets super sure take temporary test testing thing things think third
    three time times together tomorrow tonight total two type unused update used user users using value values vpc
    want way week weekend weeks whole work working world write wrong year years yesterday yet zone zones able
    allowed anymore anyway back-up compatible facing fault friendly highly level multi non only pre proof scale
    scaling self tolerant term wide
"""

FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
ORDINARY_WORDS = frozenset(_ORDINARY_WORDS.split())
