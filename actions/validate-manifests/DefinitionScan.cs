using System.Buffers;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;

namespace Actions.ValidateManifests;

/// <summary>Learns the kinds that the scanned files define, before any object is checked.</summary>
internal static class DefinitionScan
{
    private const int Chunk = 1 << 20;

    /// <summary>Reads the CustomResourceDefinitions of the files.</summary>
    public static IReadOnlyList<CustomResourceDefinition> Read(DiscoveredFiles discovered, ManifestFile? input, CancellationToken cancellationToken)
    {
        // Most files define nothing: only those that mention a definition are parsed twice.
        var files = discovered.Files
            .Where(f => Mentions(f.FullPath))
            .Select(f => YamlLoader.LoadFile(f.FullPath, f.Path, cancellation: cancellationToken));
        var definitions = new List<CustomResourceDefinition>();
        foreach (var file in input is null ? files : files.Prepend(input))
        {
            definitions.AddRange(ManifestClassifier.Classify(file).Resources
                .Where(r => CustomResourceSchemas.IsDefinition(r.Reference.ApiVersion, r.Reference.Kind))
                .Select(r => CustomResourceSchemas.FromDefinition(r.Body, file.Path)));
        }

        return definitions;
    }

    private static bool Mentions(string fullPath)
    {
        var wanted = "CustomResourceDefinition"u8;
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            using var file = File.OpenHandle(fullPath, options: FileOptions.SequentialScan);
            if (RandomAccess.GetLength(file) > ManifestLimits.Default.MaxFileBytes)
            {
                return false;
            }

            var (kept, offset) = (0, 0L);
            while (true)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(kept), offset);
                if (read == 0)
                {
                    return false;
                }

                offset += read;
                var filled = buffer.AsSpan(0, kept + read);
                if (filled.IndexOf(wanted) >= 0)
                {
                    return true;
                }

                kept = Math.Min(filled.Length, wanted.Length - 1);
                filled[^kept..].CopyTo(buffer);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The check itself reads the file again and says what is wrong with it.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
