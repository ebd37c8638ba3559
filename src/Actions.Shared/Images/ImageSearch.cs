using System.Buffers;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>Passes over files that cannot name any of the images, by their bytes, before anything is parsed.</summary>
internal sealed class ImageSearch
{
    // The name of an entry in a kustomization is an expression, and an escape in double quotes may spell anything.
    private static readonly string[] Always = ["images", "\\x", "\\u", "\\U", "\\\n", "\\\r"];

    private readonly SearchValues<string> _needles;

    public ImageSearch(IReadOnlyList<ImageChange> changes) =>
        _needles = SearchValues.Create([.. changes.Select(ImageBumper.Needle), .. Always], StringComparison.Ordinal);

    /// <summary>Whether the file must be parsed.</summary>
    public bool MayName(DiscoveredFile file, ManifestLimits limits)
    {
        byte[]? buffer = null;
        char[]? text = null;
        try
        {
            using var handle = File.OpenHandle(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(handle);
            if (length > limits.MaxFileBytes)
            {
                return true;
            }

            buffer = ArrayPool<byte>.Shared.Rent((int)length + 1);
            var count = 0;
            int read;
            while (count < buffer.Length && (read = RandomAccess.Read(handle, buffer.AsSpan(count), count)) > 0)
            {
                count += read;
            }

            // What is looked for is ASCII, so reading bytes as Latin-1 misses nothing.
            text = ArrayPool<char>.Shared.Rent(count);
            System.Text.Encoding.Latin1.GetChars(buffer.AsSpan(0, count), text);
            return text.AsSpan(0, count).ContainsAny(_needles);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Reading it for real says what is wrong.
            return true;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            if (text is not null)
            {
                ArrayPool<char>.Shared.Return(text);
            }
        }
    }
}
