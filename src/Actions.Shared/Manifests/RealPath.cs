using System.Runtime.InteropServices;

namespace Actions.Shared.Manifests;

/// <summary>Paths with every symbolic link in them resolved.</summary>
public static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The real place of <paramref name="path"/>, whose last part need not exist.</summary>
    /// <exception cref="IOException">The links form a loop.</exception>
    public static string Of(string path)
    {
        var links = 0;
        return Of(Path.GetFullPath(path), ref links) ?? throw new IOException("Too many levels of symbolic links: " + path);
    }

    /// <summary>Whether the links in <paramref name="path"/> never end.</summary>
    public static bool IsLoop(string path)
    {
        var links = 0;
        return Of(Path.GetFullPath(path), ref links) is null;
    }

    private static string? Of(string full, ref int links)
    {
        var root = Path.GetPathRoot(full)!;
        var pending = new Stack<string>(full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        var real = root;
        while (pending.TryPop(out var part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? root;
                continue;
            }

            var next = Path.Combine(real, part);
            if (part == "." || new FileInfo(next).LinkTarget is not { } target)
            {
                real = part == "." ? real : next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            real = Path.IsPathRooted(target) ? root : real;
            foreach (var step in target.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                pending.Push(step);
            }
        }

        return real;
    }
}

/// <summary>Tells regular files from devices, pipes and sockets, which .NET does not.</summary>
internal static class FileType
{
    private const int CurrentDirectory = -100;
    private const int StatxSize = 256;
    private const int ModeOffset = 28;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const uint TypeMask = 1;
    private const uint OwnerMask = 0x18;
    private const int TypeBits = 0xF000;
    private const int Regular = 0x8000;
    private const int Directory = 0x4000;

    /// <summary>Whether <paramref name="path"/>, links followed, is something else than a file or directory. False where the system cannot tell.</summary>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        // The layout of statx is the same on every processor, unlike that of stat.
        var buffer = new byte[StatxSize];
        if (Statx(CurrentDirectory, path, 0, TypeMask, buffer) != 0)
        {
            return false;
        }

        var type = BitConverter.ToUInt16(buffer, ModeOffset) & TypeBits;
        return type is not (Regular or Directory);
    }

    /// <summary>Numbers of the user and group that <paramref name="path"/> belongs to, links followed. Null where the system cannot tell.</summary>
    public static (uint User, uint Group)? Owner(string path)
    {
        var buffer = new byte[StatxSize];
        return OperatingSystem.IsLinux() && Statx(CurrentDirectory, path, 0, OwnerMask, buffer) == 0
            ? (BitConverter.ToUInt32(buffer, UserOffset), BitConverter.ToUInt32(buffer, GroupOffset))
            : null;
    }

    /// <summary>Gives <paramref name="path"/> to a user and group. False where that is not allowed.</summary>
    public static bool TryGive(string path, uint user, uint group) => OperatingSystem.IsLinux() && Chown(path, user, group) == 0;

    [DllImport("libc", EntryPoint = "chown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] buffer);
}
