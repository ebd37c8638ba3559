using System.Text;

namespace Actions.Shared.Hosting;

/// <summary>Writes a report to a file that an option names.</summary>
public static class ReportFile
{
    /// <summary>
    /// Writes the file and returns its path, relative to the workspace and with <c>/</c>. A report is there whole or not at all: it is written beside its
    /// place and moved there.
    /// </summary>
    /// <param name="context">Where the file is meant from.</param>
    /// <param name="option">The option that names it, for the error.</param>
    /// <param name="file">The path.</param>
    /// <param name="text">What it holds, in UTF-8 without a byte order mark.</param>
    /// <exception cref="ActionException">It cannot be written.</exception>
    public static string Write(ActionContext context, string option, string file, string text)
    {
        ArgumentNullException.ThrowIfNull(context);
        var path = Path.GetFullPath(file, context.WorkingDirectory);
        var draft = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(draft, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
                File.Delete(draft);
            throw new ActionException($"Cannot write {file}", e.Message, $"Give `{option}` a path that can be written.", inner: e);
        }

        return Path.GetRelativePath(context.WorkingDirectory, path).Replace('\\', '/');
    }
}
