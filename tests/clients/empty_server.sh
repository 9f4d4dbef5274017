# Moves every AIX or Linux partition from $SRC_SERVER to $DEST_SERVER, one after the other. It has
# the shape of the script in SG24-7460 5.6.4: capabilities compared, a loop over the partitions,
# validation before migration, recovery after a failure.
capabilities() {
    lssyscfg -r sys -m $1 \
        -F active_lpar_mobility_capable,inactive_lpar_mobility_capable
}
HERE=$(capabilities $SRC_SERVER)
THERE=`capabilities $DEST_SERVER`

if [ $HERE = $THERE ] && [ $HERE = "1,1" ]
then
    for LPAR in $(lslparmigr -r lpar -m $SRC_SERVER -F name)
    do
        KIND=$(lssyscfg -r lpar -m $SRC_SERVER \
            --filter lpar_names=$LPAR -F lpar_env)
        if [ $KIND = "aixlinux" ]
        then
            STATE=$(lslparmigr -r lpar -m $SRC_SERVER --filter lpar_names=$LPAR -F migration_state)
            if [ "$STATE" = "Not Migrating" ]
            then
                migrlpar -o v -m $SRC_SERVER -t $DEST_SERVER -p $LPAR
                RC=$?
                if [ $RC -ne 0 ]
                then
                    echo "$LPAR cannot be moved"
                else
                    echo "moving $LPAR"
                    migrlpar -o m -m $SRC_SERVER -t $DEST_SERVER -p $LPAR
                    RC=$?
                    if [ $RC -ne 0 ]
                    then
                        echo "moving $LPAR ended with $RC"
                        migrlpar -o r -m $SRC_SERVER -p $LPAR
                        break
                    fi
                fi
            fi
        fi
    done
fi
