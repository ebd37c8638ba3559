using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>Reads and replaces the files of a plan.</summary>
internal static class ImageFile
{
    /// <summary>Whether the file still has the bytes that the plan was made from.</summary>
    public static bool Holds(FileBump file)
    {
        try
        {
            return File.ReadAllBytes(file.FullPath).AsSpan().SequenceEqual(file.Bytes(file.OldText));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Puts the new content in the place of the old by a rename, so that nobody sees a part of it.</summary>
    public static void Replace(FileBump file)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(file.FullPath)!, $".{Path.GetFileName(file.FullPath)}.{Guid.NewGuid():N}.tmp");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(file.Bytes(file.NewText));
            }

            // In a container the program often is root, and the workspace somebody else's.
            if (FileType.Owner(file.FullPath) is { } owner && FileType.Owner(temporary) != owner)
            {
                FileType.TryGive(temporary, owner.User, owner.Group);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(file.FullPath));
            }

            File.Move(temporary, file.FullPath, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new ActionException("File cannot be written", e.Message, "Check the permissions of the file and of its directory.", new SourceLocation(file.Path), inner: e);
        }
    }
}
