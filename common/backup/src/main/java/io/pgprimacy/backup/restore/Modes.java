package io.pgprimacy.backup.restore;

import io.pgprimacy.backup.RepositoryDamaged;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Permissions as the index writes them: octal, like {@code 0600}. */
public final class Modes {
    private static final List<PosixFilePermission> FROM_HIGHEST_BIT = List.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private Modes() {}

    public static Set<PosixFilePermission> of(String octal) throws RepositoryDamaged {
        int bits;
        try {
            bits = Integer.parseInt(octal, 8);
        } catch (NumberFormatException e) {
            throw new RepositoryDamaged("'" + octal + "' is not a file mode", e);
        }
        return of(bits);
    }

    /** @param bits what is above the lowest nine is no matter */
    public static Set<PosixFilePermission> of(int bits) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < FROM_HIGHEST_BIT.size(); i++) {
            if ((bits & (0400 >> i)) != 0) {
                permissions.add(FROM_HIGHEST_BIT.get(i));
            }
        }
        return permissions;
    }

    public static String of(Set<PosixFilePermission> permissions) {
        return "0%03o".formatted(bits(permissions));
    }

    public static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (PosixFilePermission permission : permissions) {
            bits |= 0400 >> FROM_HIGHEST_BIT.indexOf(permission);
        }
        return bits;
    }
}
