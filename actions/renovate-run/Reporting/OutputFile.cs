using System.Text;
using Actions.Shared;
using Actions.Shared.Hosting;

namespace Actions.RenovateRun.Reporting;

/// <summary>Files that a run leaves behind: whole or not at all, without secrets, and named in an output.</summary>
internal static class OutputFile
{
    /// <summary>Writes a file and sets the output; nothing when no file is asked for.</summary>
    /// <exception cref="ActionException">It cannot be written.</exception>
    public static void Write(ActionContext context, string output, string file, string text)
    {
        if (file.Length == 0)
        {
            return;
        }

        var path = Path.GetFullPath(file, context.WorkingDirectory);
        var draft = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(draft, context.Secrets.Redact(text), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }

            throw new ActionException($"Cannot write {file}", e.Message, $"Give `{output}` a path that can be written.", inner: e);
        }

        context.Outputs.Set(output, Path.GetRelativePath(context.WorkingDirectory, path).Replace('\\', '/'));
    }
}
